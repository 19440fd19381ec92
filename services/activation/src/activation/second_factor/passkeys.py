"""The passkeys of accounts: kept, and used."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from activation.models import MemberSession
from activation.second_factor.models import Passkey
from activation.second_factor.web_authentication import NewPasskey, Signed, new_challenge
from shared.database.unit_of_work import UnitOfWork

AT_MOST = 10
"""Of one account."""


async def of(work: UnitOfWork, account_id: UUID) -> Sequence[Passkey]:
    """An account's, oldest first."""
    query = select(Passkey).where(col(Passkey.account_id) == account_id).order_by(col(Passkey.created_at))
    return (await work.session.scalars(query)).all()


async def keep(work: UnitOfWork, account_id: UUID, name: str, new: NewPasskey) -> bool:
    """Keep a new one. False: it is kept already, whosever it is."""
    values = {
        "id": uuid4(), "account_id": account_id, "credential_id": new.credential_id, "public_key": new.public_key,
        "sign_count": new.sign_count, "name": name, "created_at": work.now,
    }  # fmt: skip
    made = insert(Passkey).values(**values).on_conflict_do_nothing(index_elements=["credential_id"])
    return (await work.session.execute(made.returning(col(Passkey.id)))).first() is not None


async def remove(work: UnitOfWork, account_id: UUID, passkey_id: UUID) -> bool:
    """Delete one of the account's; False when it has none such."""
    gone = delete(Passkey).where(col(Passkey.id) == passkey_id, col(Passkey.account_id) == account_id)
    return (await work.session.execute(gone.returning(col(Passkey.id)))).first() is not None


@dataclass(frozen=True)
class PasskeyProof:
    """A right signature; its challenge is good once by itself (``challenges``, ``steps``)."""

    passkey_id: UUID
    seen_count: int
    new_count: int

    async def take(self, work: UnitOfWork) -> bool:
        """Write the use down; False when the passkey was removed or used since it was looked at."""
        used = await work.session.execute(
            update(Passkey)
            .where(col(Passkey.id) == self.passkey_id, col(Passkey.sign_count) == self.seen_count)
            .values(sign_count=self.new_count, last_used_at=work.now)
            .returning(col(Passkey.id))
        )
        return used.first() is not None


def proof(signed: Signed) -> PasskeyProof:
    """What an answer proves."""
    return PasskeyProof(signed.passkey.id, signed.passkey.sign_count, signed.sign_count)


async def challenge(work: UnitOfWork, session_id: UUID) -> bytes:
    """A new challenge for a signed-in browser; an earlier one is good no more."""
    new = new_challenge()
    await work.session.execute(update(MemberSession).where(col(MemberSession.id) == session_id).values(challenge=new))
    return new


async def take_challenge(work: UnitOfWork, session_id: UUID) -> bytes:
    """The challenge of a signed-in browser, once; empty when there is none."""
    query = select(MemberSession).where(col(MemberSession.id) == session_id).with_for_update()
    session = (await work.session.scalars(query.execution_options(populate_existing=True))).one_or_none()
    if session is None or session.challenge is None:
        return b""
    taken, session.challenge = session.challenge, None
    return taken
