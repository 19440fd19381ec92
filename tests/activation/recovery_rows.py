"""What lets somebody into an account besides its password: a row of each kind."""

from datetime import timedelta

from activation.models import (
    DisavowalToken,
    EmailChange,
    KnownDevice,
    MemberSession,
    Passkey,
    RecoveryCode,
    ResetToken,
    SecondStep,
    TotpFactor,
)
from shared.security.tokens import new_token, token_digest

OF_THE_ACCOUNT = (
    MemberSession, ResetToken, EmailChange, SecondStep, TotpFactor, Passkey, RecoveryCode, KnownDevice,
)  # fmt: skip


async def filled(world, account_id) -> None:
    """A row in every table that lets somebody into an account."""
    async with world.database.unit_of_work() as work:

        def link() -> dict:
            return {
                "digest": token_digest(new_token()), "account_id": account_id, "created_at": work.now,
                "expires_at": work.now + timedelta(hours=1),
            }  # fmt: skip

        own = {"account_id": account_id, "created_at": work.now}
        work.session.add_all(
            [
                ResetToken(**link()), SecondStep(**link()), DisavowalToken(**link(), change="new-device"),
                EmailChange(**link(), email="x@exemple.fr", address_key="x@exemple.fr"), TotpFactor(**own, secret="x"),
                Passkey(**own, credential_id=b"x", public_key=b"x", name="Téléphone"), RecoveryCode(**own, code_hash="x"),
                KnownDevice(**own, digest=b"x", label="Firefox", last_seen_at=work.now),
                MemberSession(**own, digest=token_digest(new_token()), last_seen_at=work.now),
            ]
        )  # fmt: skip
