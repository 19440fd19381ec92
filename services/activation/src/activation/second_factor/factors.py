"""What an account has besides its password."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from activation.second_factor.models import Passkey, RecoveryCode, TotpFactor
from shared.database.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Factors:
    """Application, passkeys (oldest first), and how many recovery codes are left: these alone are no factor."""

    application: TotpFactor | None
    passkeys: Sequence[Passkey]
    codes_left: int

    @property
    def count(self) -> int:
        """Of what a sign-in may be finished with, every day."""
        return len(self.passkeys) + (self.application is not None)


async def of(work: UnitOfWork, account_id: UUID) -> Factors:
    """All of an account's."""
    passkeys = await work.session.scalars(
        select(Passkey).where(col(Passkey.account_id) == account_id).order_by(col(Passkey.created_at))
    )
    left = await work.session.scalar(
        select(func.count()).where(col(RecoveryCode.account_id) == account_id, col(RecoveryCode.used_at).is_(None))
    )
    return Factors(await work.session.get(TotpFactor, account_id), passkeys.all(), left or 0)


async def has_any(work: UnitOfWork, account_id: UUID) -> bool:
    """Whether there is an application or a passkey."""
    application = select(col(TotpFactor.account_id)).where(col(TotpFactor.account_id) == account_id)
    passkey = select(col(Passkey.account_id)).where(col(Passkey.account_id) == account_id)
    return bool(await work.session.scalar(select(application.exists() | passkey.exists())))
