"""Requests written down once per submission, under a reference that the person can quote."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from registration.models import AccountRequest
from registration.outcome import Outcome
from registration.tracking import Tracking
from shared.contracts.events import LetterPurpose
from shared.contracts.provisional_password import ALPHABET
from shared.database.unit_of_work import UnitOfWork

REFERENCE_LENGTH = 8
"""Crockford symbols: 40 bits."""


@dataclass(frozen=True)
class Recorded:
    """A request as its author may see it."""

    reference: str
    requested_at: datetime
    purpose: str = "activation"
    """What was asked for, whatever became of it."""


def new_reference() -> str:
    """8 symbols that can't be guessed and say nothing."""
    return "".join(secrets.choice(ALPHABET) for _ in range(REFERENCE_LENGTH))


async def find(work: UnitOfWork, submission_id: UUID) -> Recorded | None:
    """The request that this submission made before."""
    found = await work.session.execute(
        select(AccountRequest.reference, AccountRequest.requested_at, AccountRequest.purpose).where(
            AccountRequest.submission_id == submission_id
        )
    )
    row = found.first()
    return None if row is None else Recorded(row.reference, row.requested_at, row.purpose)


async def record(
    work: UnitOfWork,
    submission_id: UUID,
    purpose: LetterPurpose,
    outcome: Outcome,
    person_id: UUID | None,
    followed: Tracking | None,
) -> UUID | None:
    """Write the request down and return its id; None when the same submission was written meanwhile. ``followed``: of one that
    made a letter."""
    while True:
        written = await work.session.execute(
            insert(AccountRequest)
            .values(
                id=uuid4(),
                submission_id=submission_id,
                reference=new_reference(),
                requested_at=work.now,
                purpose=purpose,
                outcome=outcome,
                person_id=person_id,
                # named one by one, so that the statement is the same for all
                tracking_digest=followed.tracking_digest if followed else None,
                news=followed.news if followed else None,
                place=followed.place if followed else None,
                postal_zone=followed.postal_zone if followed else None,
                address_fingerprint=followed.address_fingerprint if followed else None,
            )
            .on_conflict_do_nothing()
            .returning(col(AccountRequest.id))
        )
        request_id: UUID | None = written.scalar_one_or_none()
        # else the submission is known, or, once in a lifetime, the reference is taken
        if request_id is not None or await find(work, submission_id) is not None:
            return request_id
