"""A document laid out as tagged PDF (PDF/UA-1, ISO 14289-1), in the process that `tagged_pdf` keeps for it."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from shared.printing.own_files import OwnFilesOnly
from shared.web import french


def render(package: str, template: str, context: Mapping[str, Any]) -> bytes:
    """A template of ``<package>/templates`` as PDF/UA-1, in the look of ``paper.css`` beside it.

    ``context`` is what the template names; of a filter beyond the shared ones there is ``cents``.

    Raises:
        jinja2.TemplateError: the template is missing, or uses a name that the context lacks.
        FatalURLFetchingError: it asks for a file from elsewhere.
    """
    fonts, style = _style(package)
    html = HTML(string=_environment(package).get_template(template).render(context), url_fetcher=OwnFilesOnly())
    pdf: bytes = html.write_pdf(font_config=fonts, stylesheets=[style], pdf_variant="pdf/ua-1")
    return pdf


@cache
def _environment(package: str) -> Environment:
    environment = Environment(
        loader=PackageLoader(package), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "date_fr": french.date_fr, "datetime_fr": french.datetime_fr, "nbsp": french.nbsp, "cents": french.cents,
    }  # fmt: skip
    return environment


@cache
def _style(package: str) -> tuple[FontConfiguration, CSS]:
    fonts = FontConfiguration()
    text = (files(package) / "templates" / "paper.css").read_text(encoding="utf-8")
    return fonts, CSS(string=text, url_fetcher=OwnFilesOnly(), font_config=fonts)
