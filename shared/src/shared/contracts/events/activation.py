"""What ``activation`` says of an account."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import EmailStr

from shared.contracts.event import Event
from shared.contracts.events.fields import AboutPerson, Code, LetterPurpose

NoticeKind = Literal["address-already-used"]
ActivationRefusal = Literal["letter-void", "letter-expired"]
"""``letter-void``: tried ten times with a wrong provisional password; ``letter-expired``: with the right one, too late."""


class AccountActivated(AboutPerson):
    """The person activated the account and now has to confirm the address."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "account-activated"

    account_id: UUID
    sealed_token: str
    """Confirmation token, sealed to the notifier's public key: ``<key id>:<base64>``."""
    token_expires_at: datetime


class ActivationRefused(Event):
    """A letter of the person no longer opens an account, and somebody who tried was refused.

    The staff may be told, and who asked for the letter; never who tried.
    """

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "activation-refused"

    request_id: UUID
    letter_id: UUID
    reason: ActivationRefusal


class ConfirmationLinkRequested(Event):
    """The person asked for the confirmation link again; the earlier ones no longer work."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "confirmation-link-requested"

    account_id: UUID
    email: EmailStr
    sealed_token: str
    token_expires_at: datetime


class EmailConfirmed(AboutPerson):
    """The address is confirmed; the member space opens."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "email-confirmed"

    account_id: UUID


class SecurityNoticeRaised(Event):
    """Something that the owner of an account must hear of."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "security-notice-raised"

    account_id: UUID
    email: EmailStr
    notice: NoticeKind


class PasswordResetRequested(Event):
    """The person asked for a link to choose a new password."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "password-reset-requested"

    account_id: UUID
    email: EmailStr
    sealed_token: str
    """As in ``AccountActivated``."""
    token_expires_at: datetime


class EmailChangeRequested(Event):
    """The person wants another address for the account: it is confirmed there before anything changes."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "email-change-requested"

    account_id: UUID
    email: EmailStr
    """The new address, not confirmed yet: the mail to it carries nothing of the register."""
    sealed_token: str
    token_expires_at: datetime


class SecurityChanged(AboutPerson):
    """Something changed in how the account is entered, or is about to; its owner is told, with a way to say « ce n’était pas
    moi »."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "security-changed"

    account_id: UUID
    change: Code
    """What, as ``activation``'s ``security_notices.Change`` says it; the notifier has a template of that name."""
    changed_at: datetime
    sealed_token: str | None = None
    """What freezes the account until its owner has a new letter; sealed as in ``AccountActivated``."""
    token_expires_at: datetime | None = None


class AccountFrozen(AboutPerson):
    """The owner said « ce n’était pas moi »: nobody signs in until a letter opens the account anew."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "account-frozen"

    account_id: UUID
    frozen_at: datetime
    confirmed: bool = True
    """False: nobody has confirmed the address, so that nobody is told there."""


class LetterReminderDue(Event):
    """Half of the validity of a provisional password is over, and nobody has used it: its owner is reminded, once."""

    source: ClassVar[str] = "activation"
    name: ClassVar[str] = "letter-reminder-due"

    request_id: UUID
    letter_id: UUID
    email: EmailStr
    """Where news of the request goes."""
    posted_at: datetime
    valid_until: datetime
    purpose: LetterPurpose = "activation"
    sealed_tracking: str | None = None
    """As ``LetterPrinted`` had it, for the notifier."""
