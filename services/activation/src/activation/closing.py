"""An account is closed at its owner's wish (decision 0027): its sessions end, and nothing is left to sign in with."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from activation.journal import Kind, note
from activation.models import Account, ActivationReceipt, ConfirmationToken, RecoveryRequest
from activation.recovery import access
from shared.database.unit_of_work import UnitOfWork

NO_HASH = "closed"
"""In the place of a hash: no secret matches it, in the version before this one neither."""


async def close(work: UnitOfWork, account_id: UUID, closed_at: datetime) -> None:
    """End an account; one that is not there, is closed, or was activated after ``closed_at`` stays as it is.

    Credentials and e-mail address are erased, and the address is free for whoever has it. The row stays, with the proof
    of the terms that were accepted; a new letter opens it again (``open_account``), as it does an unconfirmed one.
    """
    query = select(Account).where(col(Account.id) == account_id).with_for_update()
    account = (await work.session.scalars(query)).one_or_none()
    if account is None or account.closed_at is not None or account.activated_at > closed_at:
        return
    await access.erase(work, account_id)
    for table in (ConfirmationToken, ActivationReceipt):
        await work.session.execute(delete(table).where(col(table.account_id) == account_id))
    await work.session.execute(delete(RecoveryRequest).where(col(RecoveryRequest.person_id) == account.person_id))
    account.sqlmodel_update(
        {
            "closed_at": closed_at, "confirmed_at": None, "email": "", "address_key": f"closed:{account_id}",
            "password_hash": NO_HASH, "secret_answer_hash": NO_HASH, "secret_question": "",
        }
    )  # fmt: skip
    note(work, Kind.CLOSED, account)
