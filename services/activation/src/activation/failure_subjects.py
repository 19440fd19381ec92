"""What failures are counted under in ``sign_in_attempts`` when it is no keyed fingerprint of an address: a kind and an id."""

from enum import StrEnum
from uuid import UUID


class FailureSubject(StrEnum):
    """The kinds."""

    DEVICE = "device"
    """A browser that the account knows (``security_settings/devices.py``)."""
    SECOND_FACTOR = "second-factor"
    """The codes of an account (``second_factor/attempts.py``)."""
    SECRET_ANSWER = "secret-answer"  # noqa: S105 (what is counted)
    """The secret answer of an account (``recovery/secret_answer.py``)."""

    def of(self, whose: UUID) -> str:
        """That browser's, or that account's."""
        return f"{self}:{whose}"


OF_AN_ACCOUNT = (FailureSubject.SECOND_FACTOR, FailureSubject.SECRET_ANSWER)
