"""Telling the owner of an account what changed in how it is entered, with a way to say « ce n’était pas moi »."""

from datetime import datetime
from enum import StrEnum

from activation.models import Account, DisavowalToken
from activation.recovery.disavowal import LIFETIME
from activation.told_person import about
from shared.contracts.events import SecurityChanged
from shared.database.unit_of_work import UnitOfWork
from shared.security.sealing import SealingKey
from shared.security.tokens import new_token, token_digest


class Change(StrEnum):
    """What changed: the names of the notifier's templates, and words of the desk's timeline."""

    PASSWORD_CHANGED = "password-changed"  # noqa: S105 (what happened)
    PASSWORD_RESET = "password-reset"  # noqa: S105
    SECRET_QUESTION_CHANGED = "secret-question-changed"  # noqa: S105
    EMAIL_CHANGE_ASKED = "email-change-asked"
    EMAIL_CHANGED = "email-changed"
    SECOND_FACTOR_ADDED = "second-factor-added"
    SECOND_FACTOR_REMOVED = "second-factor-removed"
    RECOVERY_CODES_MADE = "recovery-codes-made"
    RECOVERY_CODE_USED = "recovery-code-used"
    RECOVERY_LETTER_ASKED = "recovery-letter-asked"
    ACCOUNT_RECOVERED = "account-recovered"
    NEW_DEVICE = "new-device"


async def tell(
    work: UnitOfWork, account: Account, change: Change, notifier: SealingKey, *, email: str = "", link: bool = True
) -> None:
    """Have the owner told at the account's address, or at ``email``: the one that it had until now.

    The link in the mail freezes the account, for ten days from now. Without ``link`` there is none: of an account that is
    frozen already nobody knows whose the mailbox is.
    """
    sealed, expires_at = _link(work, account, change, notifier) if link else (None, None)
    told = about(account) | {"email": email or account.email}
    await work.publish(
        SecurityChanged(**told, change=change, changed_at=work.now, sealed_token=sealed, token_expires_at=expires_at)
    )


def _link(work: UnitOfWork, account: Account, change: Change, notifier: SealingKey) -> tuple[str, datetime]:
    """The token of a new link, sealed for who mails it, and until when it is good."""
    token, expires_at = new_token(), work.now + LIFETIME
    row = DisavowalToken(
        digest=token_digest(token), account_id=account.id, change=change, created_at=work.now, expires_at=expires_at
    )
    work.session.add(row)
    return notifier.seal_text(token), expires_at
