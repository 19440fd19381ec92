"""Requests whose letters are followed by the link of a mail."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from registration import tracking
from registration.models import AccountRequest
from shared.database.unit_of_work import UnitOfWork
from shared.security.tokens import looks_like_token

ERASED: Mapping[str, None] = {"tracking_digest": None, "news": None, "place": None}
"""What goes when a letter is followed no longer; the rest is the history of the request."""


async def find(work: UnitOfWork, token: str) -> AccountRequest | None:
    """The request that a token follows; None for any other text, and after its end."""
    if not looks_like_token(token):
        return None
    rows = await work.session.scalars(
        select(AccountRequest).where(col(AccountRequest.tracking_digest) == tracking.digest(token))
    )
    request = rows.one_or_none()
    return request if request is not None and work.now < tracking.ends_at(request) else None


async def end_following(work: UnitOfWork, person_id: UUID, until: datetime) -> None:
    """The links to a person's letters that were asked for until then work no longer."""
    await work.session.execute(
        update(AccountRequest)
        .where(
            col(AccountRequest.person_id) == person_id,
            col(AccountRequest.requested_at) <= until,
            col(AccountRequest.tracking_digest).is_not(None),
        )
        .values(ERASED)
    )
