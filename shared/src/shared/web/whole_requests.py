"""Read a request to its end before it is answered.

Who answers early and closes leaves bytes unread, and TCP then resets the connection (RFC 9112 §9.6): the gateway, still
sending, never sees the answer and says 502 in its place.
"""

import asyncio
from contextlib import suppress

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST = 1_000_000
"""Bytes that are read for nothing: the most that the gateway lets through, where no files are sent."""
WAIT_SECONDS = 5.0
"""For a client that has announced more than it sends. The gateway has all of a body before it sends any."""


class WholeRequests:
    """ASGI middleware: what the application left of a request's body is read and forgotten."""

    def __init__(self, app: ASGIApp, most: int = MOST) -> None:
        self.app = app
        self.most = most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on; before its answer begins, read the rest."""
        if scope["type"] != "http" or not _has_body(Headers(scope=scope)):
            await self.app(scope, receive, send)
            return
        left = True

        async def watch() -> Message:
            nonlocal left
            message = await receive()
            left = message["type"] == "http.request" and message.get("more_body", False)
            return message

        async def read_rest() -> None:
            received = 0
            while left and received <= self.most:
                received += len((await watch()).get("body", b""))

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                with suppress(TimeoutError):  # it gets its answer all the same
                    async with asyncio.timeout(WAIT_SECONDS):
                        await read_rest()
            await send(message)

        await self.app(scope, watch, answer)


def _has_body(headers: Headers) -> bool:
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers
