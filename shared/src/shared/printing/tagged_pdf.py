"""Tagged PDF (PDF/UA-1, ISO 14289-1) made in a process of its own: the laying out of a long document takes seconds of
computing, in which the service goes on answering."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from anyio import CapacityLimiter, to_process
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from shared.printing.own_files import OwnFilesOnly
from shared.web import french
from shared.web.problem import Problem

PATIENCE_SECONDS = 25.0
"""For one document, waiting for its turn included: less than the gateway waits for an answer (30 s)."""
TOO_BUSY = "Votre document n’a pas pu être préparé à temps"


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


class PdfResponse(Response):
    """A document to download, made when the answer is sent: by then the request's transaction is over."""

    media_type = "application/pdf"

    def __init__(
        self,
        name: str,
        package: str,
        template: str,
        context: Mapping[str, Any],
        *,
        made: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """``made``: what is done once it is laid out, before it is sent."""
        super().__init__(headers={"Cache-Control": "no-store", "Content-Disposition": f'attachment; filename="{name}"'})
        self._what = (package, template, context)
        self._made = made

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Lay it out and send it.

        Raises:
            Problem: 503 after ``PATIENCE_SECONDS``; nothing was sent.
        """
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                self.body = await to_process.run_sync(render, *self._what, cancellable=True, limiter=_limiter())
        except TimeoutError:
            raise Problem(503, TOO_BUSY, headers={"Retry-After": "60"}) from None
        if self._made is not None:
            await self._made()
        self.headers["Content-Length"] = str(len(self.body))
        await super().__call__(scope, receive, send)


@cache
def _limiter() -> CapacityLimiter:
    """Documents laid out at once, in this process: each takes a whole core."""
    return CapacityLimiter(1)
