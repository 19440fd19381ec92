"""What « Sécurité de mon compte » shows at a glance."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from activation.journal import Kind
from activation.models import Account, EmailChange, MemberSession, SecurityEvent
from activation.second_factor import factors
from activation.secret_question import QUESTIONS
from activation.security_settings import connections, email_change
from shared.database.unit_of_work import UnitOfWork

PASSWORD_KINDS = (Kind.PASSWORD_CHANGED, Kind.PASSWORD_RESET, Kind.RECOVERED, Kind.ACTIVATED)


@dataclass(frozen=True)
class Overview:
    """The present state. Times are aware and in UTC."""

    password_since: datetime | None
    """None: before the journal begins."""
    question: str
    second_factor: bool
    sessions: int
    pending: EmailChange | None


async def load(work: UnitOfWork, account: Account) -> Overview:
    """Of one account."""
    live: list[MemberSession] = await connections.live(work, account.id)
    return Overview(
        password_since=await _newest(work, account, PASSWORD_KINDS),
        question=QUESTIONS.get(account.secret_question, ""),
        second_factor=await factors.has_any(work, account.id),
        sessions=len(live),
        pending=await email_change.pending(work, account.id),
    )


async def _newest(work: UnitOfWork, account: Account, kinds: tuple[Kind, ...]) -> datetime | None:
    own, wanted = col(SecurityEvent.account_id) == account.id, col(SecurityEvent.kind).in_(kinds)
    return await work.session.scalar(select(func.max(SecurityEvent.at)).where(own, wanted))
