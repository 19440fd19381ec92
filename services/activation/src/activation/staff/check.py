"""The gateway's sign-in check for the desk: one of the staff, who has chosen their own password."""

from datetime import UTC, datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from activation import cookies
from activation.cookies import Cookie
from activation.parts import parts_of
from activation.session_answers import admitted, sent_away
from activation.sessions import touch
from activation.staff import sessions
from activation.staff.addresses import CHOOSE_PASSWORD, sign_in_address
from shared.security.assertions import DESK
from shared.web.problem import Problem


async def session(request: Request) -> Response:
    """200 with an assertion for the desk and this one request, or what to do first."""
    parts, token = parts_of(request), cookies.read(request, Cookie.STAFF_SESSION)
    async with parts.database.unit_of_work() as work:
        found = await sessions.find(work, token)
        if found is not None and await touch(work, found.session):
            if found.account.must_change_password:
                return sent_away(request, _FIRST, lambda _: CHOOSE_PASSWORD)
            return admitted(parts.signer.sign(found.who, DESK, datetime.now(UTC)))
    response = sent_away(request, Problem(401), partial(sign_in_address, expired=bool(token)))
    if token:
        cookies.drop(response, Cookie.STAFF_SESSION)
    return response


_FIRST = Problem(403, "Choisissez d’abord votre mot de passe", "Le mot de passe provisoire n’ouvre que cette page.")
