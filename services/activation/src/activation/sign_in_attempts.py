"""Failed sign-ins per address, counted in PostgreSQL under a row lock (rules: ``sign_in_limits.py``)."""

from sqlalchemy.dialects.postgresql import insert

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


async def forget(work: UnitOfWork, address_fingerprint: str) -> None:
    """The password was right: nothing counts any longer."""
    row = await hold(work, address_fingerprint)
    row.failed_at, row.in_a_row = [], 0


async def hold(work: UnitOfWork, address_fingerprint: str) -> SignInAttempts:
    """The row, locked, and made when there is none: in one statement, as between two a purge might take it away.

    Signing in locks it before the account. Who needs both locks it first, too.
    """
    empty = {"address_fingerprint": address_fingerprint, "failed_at": [], "in_a_row": 0, "last_at": work.now}
    made = insert(SignInAttempts).values(**empty)
    same = {"address_fingerprint": address_fingerprint}
    known = made.on_conflict_do_update(index_elements=list(same), set_=same)
    return (await work.session.scalars(known.returning(SignInAttempts))).one()
