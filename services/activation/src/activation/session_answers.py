"""What a browser is told of its session: by the gateway's sign-in check (``forward_auth``), and when it has ended."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies, sessions
from activation.cookies import Cookie
from activation.parts import parts_of
from shared.security.assertions import HEADER
from shared.web import invitation_link
from shared.web.answers import answer_problem, wants_html
from shared.web.problem import Problem

NOT_STORED = {"Cache-Control": "no-store"}


def admitted(assertion: str) -> Response:
    """The request may go on, with this."""
    return Response(headers={HEADER: assertion, **NOT_STORED})


async def without_ended_session(request: Request, response: Response) -> Response:
    """Take back the cookie of a session that is no more; one that goes on, of another account maybe, is left alone."""
    async with parts_of(request).database.unit_of_work() as work:
        found = await sessions.find(work, cookies.read(request, Cookie.SESSION))
    if found is None:
        cookies.drop(response, Cookie.SESSION)
    return response


def sent_away(request: Request, problem: Problem, address: Callable[[str], str]) -> Response:
    """Pages are sent to ``address(the page that was wanted)``, programs get the problem's details."""
    if not wants_html(request):
        return answer_problem(request, problem)
    # what was posted is lost: coming back to that address with GET would only meet an error
    reads = request.headers.get("X-Forwarded-Method", "GET") in {"GET", "HEAD"}
    wanted = request.headers.get("X-Forwarded-Uri", "") if reads else ""
    token = invitation_link.token_of(wanted)
    if token is None:
        return RedirectResponse(address(wanted), 303, NOT_STORED)
    response = RedirectResponse(address(invitation_link.PAGE), 303, NOT_STORED)
    invitation_link.keep(response, token)
    return response
