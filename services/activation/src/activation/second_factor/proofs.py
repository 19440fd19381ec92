"""What a member answers when the second factor is asked for: looked at first, without locks; then taken, once."""

from dataclasses import dataclass, field
from uuid import UUID

from activation.journal import Kind, note
from activation.models import Account
from activation.parts import Parts
from activation.second_factor import application, factors, passkeys, recovery_codes
from activation.second_factor.application import CodeProof
from activation.second_factor.passkeys import PasskeyProof
from activation.second_factor.recovery_code import LENGTH
from activation.second_factor.recovery_codes import RecoveryProof
from activation.second_factor.web_authentication import relying_party, signed
from activation.security_notices import Change, tell
from shared.database.unit_of_work import UnitOfWork

Proof = CodeProof | RecoveryProof | PasskeyProof


@dataclass(frozen=True)
class Answer:
    """One of both: a normal code (``typed_code.AnyCode``), or what a passkey said."""

    code: str = field(default="", repr=False)
    passkey: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.code or self.passkey)


NO_ANSWER = Answer()


def answer_of(code: str, passkey: str) -> Answer:
    """What counts of a form: a passkey's answer, else the code."""
    return Answer(passkey=passkey) if passkey else Answer(code)


async def look(parts: Parts, account_id: UUID, answer: Answer, challenge: bytes) -> Proof | None:
    """What an answer proves of an account; None when it is wrong. ``challenge``: what a passkey was given to sign."""
    async with parts.database.unit_of_work() as work:
        has = await factors.of(work, account_id)
        row = await recovery_codes.kept(work, account_id, answer.code) if len(answer.code) == LENGTH else None
    if answer.passkey:
        right = signed(relying_party(parts.public_url), answer.passkey, challenge, has.passkeys) if challenge else None
        return passkeys.proof(right) if right else None
    if len(answer.code) == LENGTH:
        return await recovery_codes.proof(parts.recovery_codes, row, answer.code)
    return application.proof(parts.totp, has.application, answer.code) if has.application else None


async def take(parts: Parts, work: UnitOfWork, account: Account, proof: Proof | None) -> bool:
    """Use a proof up. False, and a line of the journal: it was none, or was used by another meanwhile."""
    if proof is None or not await proof.take(work):
        note(work, Kind.SECOND_FACTOR_FAILED, account)
        return False
    if isinstance(proof, RecoveryProof):
        note(work, Kind.RECOVERY_CODE_USED, account)
        await tell(work, account, Change.RECOVERY_CODE_USED, parts.notifier)
    return True
