"""What ``activation`` says of an account."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import EmailStr

from shared.contracts.event import Event
from shared.contracts.events.fields import AboutPerson

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
    """A letter of the person no longer opens an account, and somebody who tried was refused; only the staff may be told."""

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
