"""The rows behind the links of mails: of a token its digest alone is kept."""

from typing import TypeVar

from sqlmodel import col, select

from activation.models import ConfirmationToken, DisavowalToken, EmailChange, ResetToken
from shared.database.unit_of_work import UnitOfWork
from shared.security.tokens import looks_like_token, token_digest

LinkRow = TypeVar("LinkRow", ConfirmationToken, ResetToken, DisavowalToken, EmailChange)


async def find(work: UnitOfWork, table: type[LinkRow], token: str, *, lock: bool = False) -> LinkRow | None:
    """The row of a token; None for anything else. ``lock``: read anew, and held."""
    if not looks_like_token(token):
        return None
    query = select(table).where(col(table.digest) == token_digest(token))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return (await work.session.scalars(query)).one_or_none()
