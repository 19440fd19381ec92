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
    TotpEnrolment,
    TotpFactor,
)
from shared.security.tokens import new_token, token_digest

OF_THE_ACCOUNT = (
    MemberSession, ResetToken, EmailChange, SecondStep, TotpFactor, TotpEnrolment, Passkey,
    RecoveryCode, KnownDevice,
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
        session = MemberSession(**own, digest=token_digest(new_token()), last_seen_at=work.now)
        work.session.add_all(
            [
                ResetToken(**link()), SecondStep(**link(), password_digest=b"x"),
                DisavowalToken(**link(), change="new-device"),
                EmailChange(**link(), email="x@exemple.fr", address_key="x@exemple.fr"),
                TotpFactor(**own, secret="x", last_step=0),
                TotpEnrolment(session_id=session.id, secret="x", created_at=work.now),
                Passkey(**own, credential_id=b"x", public_key=b"x", name="Téléphone"),
                RecoveryCode(**own, place=0, code_hash="x"),
                KnownDevice(**own, digest=b"x", label="Firefox", last_seen_at=work.now),
                session,
            ]
        )  # fmt: skip
