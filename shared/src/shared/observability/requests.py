"""A trace and a log line for every request: the route's pattern, never the path or query that a person sent."""

import time
from uuid import uuid4

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.observability.trace import begin_trace

_SILENT = {"/livez", "/readyz", "/metrics"}

log = structlog.get_logger()


class RequestLog:
    """ASGI middleware; puts ``request_id`` in the request's state for error pages to quote."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request with its trace, then log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid4().hex[:12]
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        begin_trace(Headers(scope=scope).get("traceparent"))
        began = time.perf_counter()
        status = 500

        async def watch(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            route = getattr(scope.get("route"), "path", "-")
            if route not in _SILENT:
                duration = round((time.perf_counter() - began) * 1000, 1)
                log.info("request", method=scope["method"], route=route, status=status, duration_ms=duration)
