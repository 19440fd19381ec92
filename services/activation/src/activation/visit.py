"""A member at the pages of their own account: who it is, and whether they proved it a moment ago (design §5, *step-up*)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies, sessions
from activation.cookies import Cookie
from activation.first_steps import ENROL, first_step
from activation.models import Account, MemberSession
from activation.parts import parts_of
from activation.sign_in_pages import sign_in_address
from shared.database.unit_of_work import UnitOfWork
from shared.web.forms import read_form
from shared.web.opened_forms import FIELD, NOT_ASKED, Opened

RECENT = timedelta(minutes=5)
"""After the proof."""
PROOF_PAGE = "/connexion/confirmer"


@dataclass(frozen=True)
class Visit:
    """Whose account, in which session."""

    session: MemberSession
    account: Account
    proved_at: datetime
    opened: Opened = NOT_ASKED
    """For the form of a page that asks for a fresh proof."""


async def find(work: UnitOfWork, request: Request) -> Visit | None:
    """The signed-in member of a request; being here counts as use of the session."""
    found = await sessions.find(work, cookies.read(request, Cookie.SESSION))
    if found is None or not await sessions.touch(work, found.session):
        return None
    account = await work.session.get_one(Account, found.session.account_id)
    return Visit(found.session, account, found.who.authenticated_at or found.session.created_at)


async def visiting(request: Request, page: str, *, proved: bool = False, enrols: bool = False) -> Visit | Response:
    """Who visits ``page``; or where to go first: to sign in, to what is due before all else (``first_steps``), or to prove
    that it is still the same person.

    ``proved``: a moment ago, or before the form was shown that is sent now. ``enrols``: the page is one of those on which a
    second factor is added.
    """
    parts = parts_of(request)
    async with parts.database.unit_of_work() as work:
        visit = await find(work, request)
        first = await first_step(work, parts, visit.account.id) if visit else None
        now = work.now
    if visit is None:
        return RedirectResponse(sign_in_address(page, expired=bool(cookies.read(request, Cookie.SESSION))), 303)
    here = first is not None and (first.page == page or (enrols and first == ENROL))
    if first is not None and not here:
        return RedirectResponse(first.address(page), 303)
    opened = await _opened(request, visit, page, recent=now - visit.proved_at <= RECENT) if proved else visit.opened
    if opened is None:
        return RedirectResponse(f"{PROOF_PAGE}?suite={quote(page, safe='/')}", 303)
    return replace(visit, opened=opened)


async def _opened(request: Request, visit: Visit, page: str, *, recent: bool) -> Opened | None:
    """What the page's form is to carry; None when the proof is too old."""
    sent = (await read_form(request)).get(FIELD, "") if request.method == "POST" else ""
    return parts_of(request).opened_forms.carried(visit.session.id, page, sent, proved=recent)
