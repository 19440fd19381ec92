"""``/compte/securite/journal``: what happened to the account, as its owner reads it."""

import re
from dataclasses import dataclass

from fastapi import APIRouter
from sqlmodel import col, select
from starlette.requests import Request
from starlette.responses import Response

from activation.models import Account, SecurityEvent
from activation.parts import parts_of
from activation.security_settings.journal_words import words
from activation.visit import visiting
from shared.database.unit_of_work import UnitOfWork

router = APIRouter(include_in_schema=False)

PAGE = "/compte/securite/journal"
LINES = 30
_LINE = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)


@dataclass(frozen=True)
class JournalPage:
    """Lines, newest first; ``older``: where the following page begins, 0 when this is the last one."""

    lines: list[SecurityEvent]
    older: int


async def page_before(work: UnitOfWork, account: Account, line: int | None) -> JournalPage:
    """The lines older than one, or the newest."""
    query = select(SecurityEvent).where(col(SecurityEvent.account_id) == account.id)
    if line is not None:
        query = query.where(col(SecurityEvent.id) < line)
    found = list((await work.session.scalars(query.order_by(col(SecurityEvent.id).desc()).limit(LINES + 1))).all())
    more = len(found) > LINES
    return JournalPage(found[:LINES], found[LINES - 1].id or 0 if more else 0)


@router.get(PAGE)
async def show(request: Request, avant: str = "") -> Response:
    """A page of it."""
    visit = await visiting(request, PAGE)
    if isinstance(visit, Response):
        return visit
    parts = parts_of(request)
    line = int(avant) if _LINE.fullmatch(avant) else None
    async with parts.database.unit_of_work() as work:
        page = await page_before(work, visit.account, line)
    return parts.pages.render(request, "securite/journal.html", page=page, further=line is not None, words=words)
