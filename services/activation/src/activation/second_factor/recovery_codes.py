"""The ten recovery codes of an account: shown once, kept as hashes, each good once (their form: ``recovery_code.py``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col, select

from activation.second_factor.models import RecoveryCode
from activation.second_factor.recovery_code import COUNT, generate, grouped, place_of
from shared.database.unit_of_work import UnitOfWork
from shared.security.hashing import SecretHasher


@dataclass(frozen=True)
class FreshCodes:
    """Made, hashed, and not yet anybody's."""

    codes: Sequence[str]
    hashes: Sequence[str]

    def __repr__(self) -> str:
        return "FreshCodes(…)"

    async def give(self, work: UnitOfWork, account_id: UUID) -> None:
        """They are the account's from now on; earlier ones open nothing any more."""
        await work.session.execute(delete(RecoveryCode).where(col(RecoveryCode.account_id) == account_id))
        for place, code_hash in enumerate(self.hashes):
            work.session.add(RecoveryCode(account_id=account_id, place=place, code_hash=code_hash, created_at=work.now))


def shown(fresh: FreshCodes) -> list[str]:
    """As their owner reads them."""
    return [grouped(code) for code in fresh.codes]


async def fresh(hasher: SecretHasher) -> FreshCodes:
    """Ten new ones. Takes a while: never while rows are locked."""
    codes = [generate(place) for place in range(COUNT)]
    return FreshCodes(codes, [await hasher.hash(code) for code in codes])


@dataclass(frozen=True)
class RecoveryProof:
    """A right code, which may be used by another at this moment."""

    code_id: UUID

    async def take(self, work: UnitOfWork) -> bool:
        """Use it up; False when it was, or when newer codes were made."""
        taken = await work.session.execute(
            update(RecoveryCode)
            .where(col(RecoveryCode.id) == self.code_id, col(RecoveryCode.used_at).is_(None))
            .values(used_at=work.now)
            .returning(col(RecoveryCode.id))
        )
        return taken.first() is not None


async def kept(work: UnitOfWork, account_id: UUID, code: str) -> RecoveryCode | None:
    """The row that a code would belong to, by its place; None when it was used."""
    found = await work.session.scalars(
        select(RecoveryCode).where(
            col(RecoveryCode.account_id) == account_id,
            col(RecoveryCode.place) == place_of(code),
            col(RecoveryCode.used_at).is_(None),
        )
    )
    return found.one_or_none()


async def proof(hasher: SecretHasher, row: RecoveryCode | None, code: str) -> RecoveryProof | None:
    """What a code proves; the same work where there is no row."""
    right = await hasher.verify(row.code_hash if row else None, code)
    return RecoveryProof(row.id) if right and row else None
