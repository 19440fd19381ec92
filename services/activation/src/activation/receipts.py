"""What a browser that activated may see again: the page « votre compte est créé » (design §5, neutral answers).

The browser holds an opaque token, the table its digest. A receipt without an account is shown just the same.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import col, select

from activation.models import Account, ActivationReceipt, ProvisionalLetter
from shared.database.unit_of_work import UnitOfWork
from shared.security.tokens import looks_like_token, new_token, token_digest

KEPT = timedelta(days=7)


def issue(
    work: UnitOfWork,
    person: Account | ProvisionalLetter,
    *,
    email: str,
    account_id: UUID | None,
    submission_id: UUID,
    sent_at: datetime,
) -> str:
    """A new receipt; returns the token for the browser's cookie."""
    token = new_token()
    work.session.add(
        ActivationReceipt(
            digest=token_digest(token),
            account_id=account_id,
            submission_id=submission_id,
            civility=person.civility,
            given_name=person.given_name,
            family_name=person.family_name,
            email=email,
            created_at=work.now,
            last_sent_at=sent_at,
        )
    )
    return token


async def issue_again(work: UnitOfWork, submission_id: UUID) -> str | None:
    """Another token for what that submission already did, or None when it did nothing yet (double submission)."""
    query = select(ActivationReceipt).where(col(ActivationReceipt.submission_id) == submission_id).limit(1)
    done = (await work.session.scalars(query)).first()
    if done is None:
        return None
    token = new_token()
    copied = done.model_dump() | {"digest": token_digest(token)}
    work.session.add(ActivationReceipt(**copied))
    return token


async def find(work: UnitOfWork, token: str, *, lock: bool = False) -> ActivationReceipt | None:
    """The receipt of a token; None for anything else, or after ``KEPT``."""
    if not looks_like_token(token):
        return None
    query = select(ActivationReceipt).where(
        col(ActivationReceipt.digest) == token_digest(token), col(ActivationReceipt.created_at) > work.now - KEPT
    )
    return (await work.session.scalars(query.with_for_update() if lock else query)).one_or_none()
