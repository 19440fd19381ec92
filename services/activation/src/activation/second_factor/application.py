"""The authenticator application of an account: told a secret, then asked for a code that shows that it has it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from activation.models import MemberSession
from activation.one_time_codes import new_secret, step_of
from activation.second_factor.models import TotpEnrolment, TotpFactor
from shared.database.unit_of_work import UnitOfWork
from shared.security.locking import CannotUnlockError, Locker

ISSUER = "Espace assuré & adhérent"
"""How an authenticator application calls these codes."""
OFFERED_FOR = timedelta(hours=1)
"""A secret that no application has shown a code of by then is not offered again."""


async def offer(work: UnitOfWork, locker: Locker, session_id: UUID) -> str | None:
    """The secret to tell an application: the same while the page is loaded again, so that a code of it stays right.

    In another session, and after another proof, it is another one. None when the session has ended meanwhile.
    """
    query = select(MemberSession.id).where(col(MemberSession.id) == session_id)
    if await work.session.scalar(query.with_for_update(read=True, key_share=True)) is None:
        return None
    known = await work.session.get(TotpEnrolment, session_id)
    if known is not None and work.now < known.created_at + OFFERED_FOR and (old := _unlocked(locker, known.secret)):
        return old
    secret = new_secret()
    values = {"secret": locker.lock(secret), "created_at": work.now}
    made = insert(TotpEnrolment).values(session_id=session_id, **values)
    await work.session.execute(made.on_conflict_do_update(index_elements=["session_id"], set_=values))
    return secret


async def end_offer(work: UnitOfWork, session_id: UUID) -> None:
    """What was offered in a session leads to nothing: whoever saw it there must not know the owner's codes later."""
    await work.session.execute(delete(TotpEnrolment).where(col(TotpEnrolment.session_id) == session_id))


async def end_offers(work: UnitOfWork, account_id: UUID) -> None:
    """None of an account's leads to anything. Where sessions end too, they do so first: their offers go with them."""
    own = select(MemberSession.id).where(col(MemberSession.account_id) == account_id)
    await work.session.execute(delete(TotpEnrolment).where(col(TotpEnrolment.session_id).in_(own)))


@dataclass(frozen=True)
class ShownCode:
    """A right code of the secret that was offered in a session: what ``enrol`` keeps."""

    session_id: UUID
    secret: str
    step: int

    async def enrol(self, work: UnitOfWork, account_id: UUID) -> bool:
        """The application counts from now on, in the place of an earlier one. False: the offer is over, or was taken."""
        offered = delete(TotpEnrolment).where(
            col(TotpEnrolment.session_id) == self.session_id, col(TotpEnrolment.secret) == self.secret
        )
        if (await work.session.execute(offered.returning(col(TotpEnrolment.session_id)))).first() is None:
            return False
        # the code that was shown is used: nobody who saw it signs in with it
        values = {"secret": self.secret, "last_step": self.step, "created_at": work.now}
        made = insert(TotpFactor).values(account_id=account_id, **values)
        await work.session.execute(made.on_conflict_do_update(index_elements=["account_id"], set_=values))
        return True


def shown(locker: Locker, enrolment: TotpEnrolment, code: str) -> ShownCode | None:
    """What a typed code shows, or None when it is not one of now."""
    step = _step(locker, enrolment.secret, code)
    return None if step is None else ShownCode(enrolment.session_id, enrolment.secret, step)


@dataclass(frozen=True)
class CodeProof:
    """A right code, which may have been used before."""

    account_id: UUID
    secret: str
    newer_secret: str
    """The same under the key of today."""
    step: int

    async def take(self, work: UnitOfWork) -> bool:
        """Take the code's step, unless it or a newer one was taken, or the application was replaced.

        One statement: of many at once with one code, the others wait for the first one's row, then find its step there.
        """
        taken = await work.session.execute(
            update(TotpFactor)
            .where(
                col(TotpFactor.account_id) == self.account_id,
                col(TotpFactor.secret) == self.secret,
                col(TotpFactor.last_step) < self.step,
            )
            .values(last_step=self.step, secret=self.newer_secret)
            .returning(col(TotpFactor.account_id))
        )
        return taken.first() is not None


def proof(locker: Locker, factor: TotpFactor, code: str) -> CodeProof | None:
    """What a typed code proves, or None when it is not one of now."""
    step = _step(locker, factor.secret, code)
    if step is None:
        return None
    kept = factor.secret
    newer = locker.lock(locker.unlock(kept)) if locker.needs_relock(kept) else kept
    return CodeProof(factor.account_id, kept, newer, step)


def _step(locker: Locker, locked: str, code: str) -> int | None:
    secret = _unlocked(locker, locked)
    return step_of(secret, code, datetime.now(UTC)) if secret else None


def _unlocked(locker: Locker, locked: str) -> str:
    """Empty when no key of the ring opens it: then the other factors help."""
    try:
        return locker.unlock(locked)
    except CannotUnlockError:
        return ""
