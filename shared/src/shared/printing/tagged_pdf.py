"""Tagged PDF (PDF/UA-1, ISO 14289-1) made in a process of its own: the laying out of a long document takes seconds of
computing, in which the service goes on answering."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from anyio import CapacityLimiter, to_process
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared.web.problem import Problem

PATIENCE_SECONDS = 25.0
"""For one document, waiting for its turn included: less than the gateway waits for an answer (30 s)."""
TOO_BUSY = "Votre document n’a pas pu être préparé à temps"


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
                self.body = await to_process.run_sync(_lay_out, *self._what, cancellable=True, limiter=_limiter())
        except TimeoutError:
            raise Problem(503, TOO_BUSY, headers={"Retry-After": "60"}) from None
        if self._made is not None:
            await self._made()
        self.headers["Content-Length"] = str(len(self.body))
        await super().__call__(scope, receive, send)


def _lay_out(*what: Any) -> bytes:
    """Import WeasyPrint where it is used: the service itself starts a quarter sooner without it, and 34 MB smaller."""
    pdf: bytes = import_module("shared.printing.laying_out").render(*what)
    return pdf


@cache
def _limiter() -> CapacityLimiter:
    """Documents laid out at once, in this process: each takes a whole core."""
    return CapacityLimiter(1)
