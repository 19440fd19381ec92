"""An account is closed at its owner's wish (decision 0027): its sessions end, and nothing is left to sign in with."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from activation import access, provisional_letters, sign_in_attempts
from activation.journal import Kind, note
from activation.models import Account, ActivationReceipt, ConfirmationToken
from activation.recovery import recovery_letters
from shared.database.unit_of_work import UnitOfWork
from shared.security.fingerprints import fingerprints
from shared.security.key_ring import KeyRing

NO_HASH = "closed"
"""In the place of a hash: no secret matches it, in the version before this one neither."""


async def close(work: UnitOfWork, account_id: UUID, closed_at: datetime, keys: KeyRing) -> None:
    """End an account; one that is not there, is closed, or was activated after ``closed_at`` stays as it is.

    Letters that were posted before open nothing any more. Credentials and e-mail address are erased, and the address is
    free for whoever has it, without the failed sign-ins of before. The row stays, with the proof of the terms that were
    accepted; a letter that is asked for afterwards opens it again (``open_account``), as it does an unconfirmed one.
    """
    query = select(Account.person_id, Account.address_key).where(col(Account.id) == account_id)
    seen = (await work.session.execute(query)).one_or_none()
    if seen is None:
        return
    person_id, address_key = seen
    letters = await provisional_letters.of_person(work, person_id)  # locked first, as when activating
    counted = fingerprints(keys, f"address:{address_key}")
    await sign_in_attempts.carry_over(work, counted)
    await sign_in_attempts.hold(work, counted[0])
    account = await work.session.get(Account, account_id, with_for_update=True)
    if account is None or account.closed_at is not None or account.activated_at > closed_at:
        return
    provisional_letters.spend((one for one in letters if one.posted_at <= closed_at), None)
    await recovery_letters.void(work, account.person_id, until=closed_at)
    await access.erase(work, account_id)
    await sign_in_attempts.drop(work, counted[0])
    for table in (ConfirmationToken, ActivationReceipt):
        await work.session.execute(delete(table).where(col(table.account_id) == account_id))
    account.sqlmodel_update(
        {
            "closed_at": closed_at, "confirmed_at": None, "email": "", "address_key": f"closed:{account_id}",
            "password_hash": NO_HASH, "secret_answer_hash": NO_HASH, "secret_question": "", "number_fingerprints": [],
        }
    )  # fmt: skip
    note(work, Kind.CLOSED, account)
