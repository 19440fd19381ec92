"""« Ce n’était pas moi »: a link of ten days that freezes the account (design §5; login.gov's disavowal)."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import col, select

from activation.models import DisavowalToken
from shared.database.unit_of_work import UnitOfWork
from shared.security.tokens import looks_like_token, token_digest

LIFETIME = timedelta(days=10)


class Report(StrEnum):
    """What a link is good for."""

    UNKNOWN = "unknown"
    OPEN = "open"
    EXPIRED = "expired"
    USED = "used"


def report_state(link: DisavowalToken | None, now: datetime) -> Report:
    """What a link is good for at that time. Plain rule."""
    if link is None:
        return Report.UNKNOWN
    if link.used_at is not None:
        return Report.USED
    return Report.OPEN if now < link.expires_at else Report.EXPIRED


async def find(work: UnitOfWork, token: str, *, lock: bool = False) -> DisavowalToken | None:
    """The row of a token; None for anything else."""
    if not looks_like_token(token):
        return None
    query = select(DisavowalToken).where(col(DisavowalToken.digest) == token_digest(token))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await work.session.scalars(query)).one_or_none()
