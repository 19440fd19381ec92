"""The page behind the link of the confirmation e-mail: reading it changes nothing, its button does (design §5).

Mail scanners open links: only a POST uses one. The token leaves the address bar at once, for a short-lived cookie.
"""

from fastapi import APIRouter
from sqlalchemy.exc import IntegrityError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import confirmation, cookies, link_rows, mail_links, receipts, resend
from activation.confirmation import Link
from activation.cookies import Cookie
from activation.link_notices import ACTIVATED, NOTICES, SENT_AGAIN
from activation.models import ConfirmationToken
from activation.parts import Parts, parts_of
from shared.security.tokens import looks_like_token
from shared.web.csrf import Expired, guard
from shared.web.forms import read_form

router = APIRouter(include_in_schema=False)

PAGE = "/compte/confirmer"
DONE, RESENT = "fait", "renvoye"
"""What the cookie holds instead of the token once that has done its work: the page then survives a reload."""


@router.api_route(PAGE, methods=["GET", "HEAD"])
async def show(request: Request) -> Response:
    """With a token in the address: keep it and come back without. Then the button, or why there is none."""
    if mail_links.FIELD in request.query_params:
        return mail_links.keep(PAGE, Cookie.LINK, request.query_params[mail_links.FIELD])
    token = cookies.read(request, Cookie.LINK)
    if token in {DONE, RESENT}:
        return _notice(request, ACTIVATED if token == DONE else SENT_AGAIN)
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        row = await link_rows.find(work, ConfirmationToken, token)
        state = confirmation.link_state(row, work.now)
        receipt = await receipts.find(work, cookies.read(request, Cookie.RECEIPT))
    if state is Link.OPEN or state is Link.EXPIRED:
        same_browser = row is not None and receipt is not None and receipt.account_id == row.account_id
        return _form(request, state, by_itself=same_browser and state is Link.OPEN)
    return _notice(request, NOTICES[state])


@router.post(PAGE)
async def send(request: Request) -> Response:
    """Use the link; or, when it has expired, have another one sent."""
    data = await read_form(request)
    token = cookies.read(request, Cookie.LINK)
    guarded = await guard(request, data)
    if isinstance(guarded, Expired):
        return RedirectResponse(PAGE, 303)
    parts = parts_of(request)
    await parts.address_limit.let_pass(request)
    if data.get("action") == "renvoyer":
        await resend.by_expired_link(parts, token)
        return _come_back(RESENT if looks_like_token(token) else "")
    state = await _confirm(parts, token)
    if state is Link.OPEN:
        return _come_back(DONE)
    return _notice(request, NOTICES[state]) if state is Link.TAKEN else RedirectResponse(PAGE, 303)


async def _confirm(parts: Parts, token: str) -> Link:
    try:
        async with parts.database.unit_of_work() as work:
            return await confirmation.confirm(work, token)
    except IntegrityError:
        return Link.TAKEN


def _come_back(value: str) -> Response:
    response = RedirectResponse(PAGE, 303)
    cookies.put(response, Cookie.LINK, value)
    return response


def _form(request: Request, state: Link, *, by_itself: bool) -> Response:
    return parts_of(request).pages.render(request, "confirmer.html", expired=state is Link.EXPIRED, by_itself=by_itself)


def _notice(request: Request, notice: dict[str, object]) -> Response:
    return parts_of(request).pages.render(request, "notice.html", **notice)
