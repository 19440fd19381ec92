"""A member at the pages of their own account: who it is, and whether they proved it a moment ago (design §5, *step-up*)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from activation import cookies, sessions
from activation.cookies import Cookie
from activation.first_steps import first_step
from activation.models import Account, MemberSession
from activation.parts import parts_of
from activation.sign_in_pages import sign_in_address
from shared.database.unit_of_work import UnitOfWork

RECENT = timedelta(minutes=5)
"""After the proof."""
WRITING = timedelta(minutes=20)
"""After the proof, for a form that asked for it before it was shown: as long as a session lasts without a request besides."""
PROOF_PAGE = "/connexion/confirmer"


@dataclass(frozen=True)
class Visit:
    """Whose account, in which session."""

    session: MemberSession
    account: Account
    proved_at: datetime


async def find(work: UnitOfWork, request: Request) -> Visit | None:
    """The signed-in member of a request; being here counts as use of the session."""
    found = await sessions.find(work, cookies.read(request, Cookie.SESSION))
    if found is None or not await sessions.touch(work, found.session):
        return None
    account = await work.session.get_one(Account, found.session.account_id)
    return Visit(found.session, account, found.who.authenticated_at or found.session.created_at)


async def visiting(request: Request, page: str, *, proved_within: timedelta | None = None) -> Visit | Response:
    """Who visits ``page``; or where to go first: to sign in, to what is due before all else (``first_steps``), or to prove
    that it is still the same person.
    """
    async with parts_of(request).database.unit_of_work() as work:
        visit = await find(work, request)
        first = await first_step(work, parts_of(request), visit.account.id) if visit else None
        now = work.now
    if visit is None:
        return RedirectResponse(sign_in_address(page, expired=bool(cookies.read(request, Cookie.SESSION))), 303)
    if first is not None and first.page != page:
        return RedirectResponse(first.address(page), 303)
    if proved_within is not None and now - visit.proved_at > proved_within:
        return RedirectResponse(f"{PROOF_PAGE}?suite={quote(page, safe='/')}", 303)
    return visit
