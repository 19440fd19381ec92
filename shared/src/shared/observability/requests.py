"""A span and a log line for every request: the route's pattern, never the path or query that a person sent."""

import time
from uuid import uuid4

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.observability.operations import REQUEST
from shared.observability.span_attributes import known_method
from shared.observability.trace import Span, span_from

_SILENT = {"/livez", "/readyz", "/metrics"}

log = structlog.get_logger()


class RequestLog:
    """ASGI middleware; puts ``request_id`` in the request's state for error pages to quote."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request with its span, then log it.

        A request begins a trace of its own, whatever ``traceparent`` it brings: that one would be a visitor's.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid4().hex[:12]
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.bind_contextvars(request_id=request_id)
        if scope["path"] in _SILENT:
            await self._app(scope, receive, send)
            return
        with span_from(None, REQUEST) as span:
            await self._run(scope, receive, send, span)

    async def _run(self, scope: Scope, receive: Receive, send: Send, span: Span) -> None:
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
            method = known_method(scope["method"])
            span.set({"http.request.method": method, "http.route": route, "http.response.status_code": status})
            if status >= 500:
                span.failed(status)
            duration = round((time.perf_counter() - began) * 1000, 1)
            log.info("request", method=method, route=route, status=status, duration_ms=duration)
