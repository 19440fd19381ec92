"""Letters that open a confirmed account anew: its owner is told when one is asked for, and may keep it from working.

Between the request and the printed letter hours pass: what is said meanwhile is kept with the request.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from activation.journal import Kind, note
from activation.models import Account, RecoveryRequest
from activation.overtaken import is_overtaken
from activation.security_notices import Change, tell
from shared.contracts.events import RecoveryLetterRequested
from shared.database.unit_of_work import UnitOfWork
from shared.security.sealing import SealingKey


async def requested(work: UnitOfWork, asked: RecoveryLetterRequested, notifier: SealingKey) -> None:
    """Keep a request and tell the account's owner, once however often it is heard of, and however late.

    Nobody is told at an address that was never confirmed; of a frozen account without the link that freezes: whoever
    changed its address could keep its owner from every letter.
    """
    query = select(Account).where(col(Account.person_id) == asked.person_id).with_for_update()
    account = (await work.session.scalars(query)).one_or_none()
    frozen_at = account.frozen_at if account else None
    voided_at = work.now if is_overtaken(account, asked.requested_at) else None
    row = {
        "request_id": asked.request_id, "person_id": asked.person_id, "requested_at": asked.requested_at,
        "voided_at": voided_at,
    }  # fmt: skip
    made = insert(RecoveryRequest).values(**row).on_conflict_do_nothing().returning(col(RecoveryRequest.request_id))
    if (await work.session.execute(made)).first() is None or account is None:
        return
    note(work, Kind.RECOVERY_LETTER_ASKED, account)
    if account.confirmed_at is not None and voided_at is None:
        await tell(work, account, Change.RECOVERY_LETTER_ASKED, notifier, link=frozen_at is None)


async def void(work: UnitOfWork, person_id: UUID, *, until: datetime) -> None:
    """What was asked for until then opens nothing, printed or not yet; the letters' own rows are ``spend``'s."""
    await work.session.execute(
        update(RecoveryRequest)
        .where(
            col(RecoveryRequest.person_id) == person_id,
            col(RecoveryRequest.voided_at).is_(None),
            col(RecoveryRequest.requested_at) <= until,
        )
        .values(voided_at=work.now)
    )


async def is_void(work: UnitOfWork, request_id: UUID) -> bool:
    """Whether its letter opens nothing: disavowed, or overtaken by what opened, froze or closed the account."""
    asked = await work.session.get(RecoveryRequest, request_id)
    return asked is not None and asked.voided_at is not None
