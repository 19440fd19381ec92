"""Every error of a service answered decently: known ones by their words, unknown ones with a reference."""

import re
import secrets
from typing import Any

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.database.failures import is_away, is_passing_conflict
from shared.web.answers import answer_problem
from shared.web.pages import Pages
from shared.web.problem import WORDS, Problem

_SOON = {"Retry-After": "5"}

__all__ = ["WORDS", "Problem", "install_errors"]


def install_errors(app: FastAPI, pages: Pages | None = None) -> None:
    """Answer problems, HTTP errors, bad API input and failures; makes ``pages`` known as ``app.state.pages``.

    Without pages, everything is answered as problem details.

    Call it before adding other middlewares: what is added later wraps this one, so failures get its headers too.
    """
    app.state.pages = pages
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _bad_input)
    app.add_middleware(Failures)


class Failures:
    """ASGI middleware: an unhandled exception is logged without the request's body and answered 500.

    A database that is away, or a lock that others hold for too long, is no failure of ours: 503, with when to try again.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application; when it fails before answering, answer for it."""
        started = False

        async def watch(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watch)
        except ClientDisconnect:
            return  # nobody is left to answer
        except Exception as error:
            if scope["type"] != "http" or started:
                raise  # the server cuts the connection: half a page must not look whole
            request, reference = Request(scope), _reference()
            if is_away(error) or is_passing_conflict(error):
                structlog.get_logger().warning("database_away", exc_type=type(error).__name__, request_id=reference)
                await answer_problem(request, Problem(503, headers=_SOON))(scope, receive, send)
                return
            structlog.get_logger().error("request_failed", exc_info=error, request_id=reference, method=request.method)
            await answer_problem(request, Problem(500), reference=reference)(scope, receive, send)


def _reference() -> str:
    """The request's id when the logs have one, else a new one."""
    return str(structlog.contextvars.get_contextvars().get("request_id") or secrets.token_hex(6))


def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - narrows the type; Starlette calls by class
    return answer_problem(request, error)


def _http_error(request: Request, error: Exception) -> Response:
    """Starlette's own words are English and may tell internals: only status and headers are kept."""
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    headers = {"Allow": ", ".join(_methods(request))} if error.status_code == 405 else error.headers
    return answer_problem(request, Problem(error.status_code, headers=headers))


def _methods(request: Request) -> list[str]:
    """All that an address answers to (RFC 9110 §10.2.1): Starlette names those of the first route found there alone."""
    path = request.scope["path"]
    there = (route for route in iter_route_contexts(request.app.routes) if _is_at(route, path))
    return sorted({method for route in there for method in route.methods or ()})


def _is_at(route: RouteContext, path: str) -> bool:
    pattern: re.Pattern[str] | None = getattr(route, "path_regex", None)
    return pattern is not None and pattern.match(path) is not None


def _bad_input(request: Request, error: Exception) -> Response:
    """API input that a model refused: where and which rule, never what was sent."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors: list[dict[str, Any]] = [
        {"pointer": "#/" + "/".join(str(part) for part in mistake["loc"]), "rule": mistake["type"]}
        for mistake in error.errors()
    ]
    return answer_problem(request, Problem(422), errors=errors)
