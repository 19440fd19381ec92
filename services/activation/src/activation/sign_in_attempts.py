"""Failed sign-ins per address, counted in PostgreSQL under a row lock (rules: ``sign_in_limits.py``)."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from activation.models import SignInAttempts
from activation.sign_in_limits import Failures
from shared.database.unit_of_work import UnitOfWork


async def reserve(work: UnitOfWork, address_fingerprint: str) -> Failures | None:
    """Write a failure down before the password is looked at; or, when blocked, return what blocks."""
    row = await hold(work, address_fingerprint)
    failures = Failures(row.failed_at, row.in_a_row)
    if failures.recovery_only or failures.blocked_until(work.now):
        return failures
    counted = failures.and_now(work.now)
    row.failed_at, row.in_a_row, row.last_at = list(counted.failed_at), counted.in_a_row, work.now
    return None


async def carry_over(work: UnitOfWork, address_fingerprints: Sequence[str]) -> None:
    """While the fingerprints' key is renewed: what was counted under another key of the ring counts under the first one's.

    ``address_fingerprints``: of one address under every key, the one that counts now first. Without it, a new key would
    give who guesses a fresh count, and open what a hundred failures had closed.
    """
    current, *others = address_fingerprints
    if not others:
        return
    # in one order, whichever replica calls which key its first
    rows = await work.session.scalars(
        select(SignInAttempts)
        .where(col(SignInAttempts.address_fingerprint).in_(address_fingerprints))
        .order_by(col(SignInAttempts.address_fingerprint))
        .with_for_update()
    )
    earlier = [row for row in rows if row.address_fingerprint != current]
    if not earlier:
        return
    row = await hold(work, current)
    row.failed_at = sorted({*row.failed_at, *(at for one in earlier for at in one.failed_at)})
    row.in_a_row += sum(one.in_a_row for one in earlier)
    row.last_at = max(row.last_at, *(one.last_at for one in earlier))
    for one in earlier:
        await work.session.delete(one)


async def forget(work: UnitOfWork, address_fingerprint: str) -> None:
    """The password was right: nothing counts any longer."""
    row = await hold(work, address_fingerprint)
    row.failed_at, row.in_a_row = [], 0


async def erase(work: UnitOfWork, address_fingerprint: str) -> None:
    """Leave nothing that was counted. Held before, as who holds the account by then must not wait for it."""
    counted = col(SignInAttempts.address_fingerprint) == address_fingerprint
    await work.session.execute(delete(SignInAttempts).where(counted))


async def hold(work: UnitOfWork, address_fingerprint: str) -> SignInAttempts:
    """The row, locked, and made when there is none: in one statement, as between two a purge might take it away.

    Signing in locks it before the account. Who needs both locks it first, too.
    """
    empty = {"address_fingerprint": address_fingerprint, "failed_at": [], "in_a_row": 0, "last_at": work.now}
    made = insert(SignInAttempts).values(**empty)
    same = {"address_fingerprint": address_fingerprint}
    known = made.on_conflict_do_update(index_elements=list(same), set_=same)
    return (await work.session.scalars(known.returning(SignInAttempts))).one()
