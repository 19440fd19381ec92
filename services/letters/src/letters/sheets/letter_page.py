"""Pages as WeasyPrint lays them out, from the package's own templates and styles alone."""

from functools import cached_property
from importlib.resources import files
from typing import Any

import segno
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from letters.sheets.data_matrix import as_svg
from letters.sheets.letter_content import LetterContent, Sender
from shared.printing.own_files import OwnFilesOnly
from shared.web.french import date_fr, nbsp

_SALUTATIONS = {"M.": "Monsieur", "Mme": "Madame", "": "Madame, Monsieur"}
_TEMPLATES = {"activation": "letter.html", "recovery": "recovery-letter.html", "canary": "canary-letter.html"}
"""By ``LetterPurpose``: one layout, two texts."""


class ResourceError(Exception):
    """The letter lacks a font or file, or is too long as it is set up: none can be printed until that is put right."""


BLACK = "#000"


class LetterPage:
    """Lays out letters. Not for several threads at once."""

    def __init__(self, sender: Sender, public_url: str) -> None:
        self._sender = sender
        self._public_url = public_url.rstrip("/")
        self._fonts = FontConfiguration()
        self._styles: dict[str, Any] = {}

    def lay_out(self, letter: LetterContent, ink: str = BLACK) -> Any:
        """A letter as a WeasyPrint document of exactly one page. ``ink``: the colour of its DataMatrix.

        Raises:
            ResourceError: the template asks for a file from elsewhere, or takes more than one page. What differs
                between letters has bounded room of its own, so that is a matter of template and settings.
        """
        document = self._document(self._html(letter, ink), self._style("letter.css"))
        if len(document.pages) != 1:
            raise ResourceError("the letter is longer than a page: shorten SENDER_… or PUBLIC_URL")
        return document

    def lay_out_sheet(self, template: str, **context: object) -> Any:
        """Another template of ours, with the style of the same name.

        Raises:
            ResourceError: it asks for a file from elsewhere.
        """
        html = self._environment.get_template(f"{template}.html").render(context)
        return self._document(html, self._style(f"{template}.css"))

    def _document(self, html: str, style: Any) -> Any:
        source = HTML(string=html, url_fetcher=OwnFilesOnly())
        try:
            return source.render(font_config=self._fonts, stylesheets=[style])
        except FatalURLFetchingError as error:
            raise ResourceError(f"the letter needs {error}") from None

    def _html(self, letter: LetterContent, ink: str) -> str:
        text: str = self._environment.get_template(_TEMPLATES[letter.wording.purpose]).render(
            letter=letter,
            wording=letter.wording,
            data_matrix=as_svg(letter.mark, ink),
            sender=self._sender,
            salutation=_SALUTATIONS[letter.wording.civility],
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

    def _style(self, name: str) -> Any:
        if name not in self._styles:
            text = (files("letters") / "templates" / name).read_text(encoding="utf-8")
            self._styles[name] = CSS(string=text, url_fetcher=OwnFilesOnly(), font_config=self._fonts)
        return self._styles[name]

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
