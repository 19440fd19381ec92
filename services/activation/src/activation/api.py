"""For the gateway and the services behind it, never exposed: who is signed in, and the keys that prove it."""

from datetime import UTC, datetime
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from activation import cookies, sessions
from activation.cookies import Cookie
from activation.first_steps import first_step
from activation.parts import parts_of
from activation.session_answers import admitted, sent_away
from activation.sign_in_pages import sign_in_address
from activation.staff import check
from shared.security.assertions import DESK
from shared.web.problem import Problem

router = APIRouter(include_in_schema=False)


@router.get("/internal/session")
async def session(request: Request, audience: str = "") -> Response:
    """The gateway's sign-in check (``forward_auth``): 200 with an assertion for the audience and this one request, or what
    to do.

    Pages are sent to the sign-in page, which comes back to them; anything else gets 401 problem details. The request
    that is checked is told by ``X-Forwarded-Method`` and ``X-Forwarded-Uri``. What a member has to do before anything else
    (``first_steps``) comes before the assertion; programs get 403 then. The desk asks for one of the staff.
    """
    if audience == DESK:
        return await check.session(request)
    parts = parts_of(request)
    if audience not in parts.audiences:
        raise Problem(400)
    token = cookies.read(request, Cookie.SESSION)
    async with parts.database.unit_of_work() as work:
        found = await sessions.find(work, token)
        if found is not None and await sessions.touch(work, found.session):
            first = await first_step(work, parts, found.who.account_id)
            if first is not None:
                return sent_away(request, first.problem, first.address)
            # its few seconds begin now: this may have waited for the database
            return admitted(parts.signer.sign(found.who, audience, datetime.now(UTC)))
    response = sent_away(request, Problem(401), partial(sign_in_address, expired=bool(token)))
    if token:
        cookies.drop(response, Cookie.SESSION)
    return response


@router.get("/internal/keys")
async def keys(request: Request) -> dict[str, Any]:
    """The JSON Web Key Set that assertions are verified with."""
    return parts_of(request).signer.published()
