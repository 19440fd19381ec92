"""One letter as one laid-out A4 page (WeasyPrint), from the package's own template and style alone."""

from functools import cached_property
from importlib.resources import files
from typing import Any

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from letters.letter_content import LetterContent, Sender
from shared.printing.own_files import OwnFilesOnly
from shared.web.french import date_fr, nbsp

_SALUTATIONS = {"M.": "Monsieur", "Mme": "Madame", "": "Madame, Monsieur"}
_TEMPLATES = {"activation": "letter.html", "recovery": "recovery-letter.html"}
"""By ``LetterPurpose``: one layout, two texts."""


class ResourceError(Exception):
    """The letter lacks a font or file, or is too long as it is set up: none can be printed until that is put right."""


class LetterPage:
    """Lays out letters. Not for several threads at once."""

    def __init__(self, sender: Sender, public_url: str) -> None:
        self._sender = sender
        self._public_url = public_url.rstrip("/")
        self._fonts = FontConfiguration()

    def lay_out(self, letter: LetterContent) -> Any:
        """A WeasyPrint document of exactly one page.

        Raises:
            ResourceError: the template asks for a file from elsewhere, or takes more than one page. What differs
                between letters has bounded room of its own, so that is a matter of template and settings.
        """
        html = HTML(string=self._html(letter), url_fetcher=OwnFilesOnly())
        try:
            document = html.render(font_config=self._fonts, stylesheets=[self._style], pdf_variant="pdf/ua-1")
        except FatalURLFetchingError as error:
            raise ResourceError(f"the letter needs {error}") from None
        if len(document.pages) != 1:
            raise ResourceError("the letter is longer than a page: shorten SENDER_… or PUBLIC_URL")
        return document

    def _html(self, letter: LetterContent) -> str:
        text: str = self._environment.get_template(_TEMPLATES[letter.purpose]).render(
            letter=letter,
            sender=self._sender,
            salutation=_SALUTATIONS[letter.civility],
            qr_code=self._qr_code,
            activation_url=self._address("/compte/activer"),
            request_url=self._address("/compte/creer"),
            recovery_url=self._address("/compte/courrier-de-secours"),
            help_url=self._address("/aide"),
        )
        return text

    def _address(self, path: str) -> str:
        """As people read and type it: without the scheme that their browser adds by itself."""
        return (self._public_url + path).removeprefix("https://")

    @cached_property
    def _qr_code(self) -> Markup:
        """The activation page's address, and nothing of the person."""
        code = segno.make_qr(f"{self._public_url}/compte/activer", error="m")
        return Markup(code.svg_inline(omitsize=True, border=2, title="Code à photographier : page Activer mon compte"))  # noqa: S704

    @cached_property
    def _style(self) -> Any:
        text = (files("letters") / "templates" / "letter.css").read_text(encoding="utf-8")
        return CSS(string=text, url_fetcher=OwnFilesOnly(), font_config=self._fonts)

    @cached_property
    def _environment(self) -> Environment:
        environment = Environment(
            loader=PackageLoader("letters"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters |= {"date_fr": date_fr, "nbsp": nbsp}
        return environment
