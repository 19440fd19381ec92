"""What ``member-space`` says of mandates: who lets somebody else into their space. The person is always the grantor."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import EmailStr

from shared.contracts.event import Event
from shared.contracts.events.fields import AboutPerson, Code


class AccessDelegated(Event):
    """The grantor invited somebody by e-mail. The address is not confirmed, so no name goes there (design §5)."""

    source: ClassVar[str] = "member-space"
    name: ClassVar[str] = "access-delegated"

    mandate_id: UUID
    email: EmailStr
    """Of the invited."""
    sealed_token: str
    """Invitation token, sealed to the notifier's public key: ``<key id>:<base64>``."""
    token_expires_at: datetime
    ends_on: date
    """Last day of the mandate, in Paris."""


class AccessAccepted(AboutPerson):
    """The invited person accepted: the mandate holds."""

    source: ClassVar[str] = "member-space"
    name: ClassVar[str] = "access-accepted"

    mandate_id: UUID
    ends_on: date


class AccessRevoked(AboutPerson):
    """The mandate, or its invitation, was ended before its last day; both sides are told."""

    source: ClassVar[str] = "member-space"
    name: ClassVar[str] = "access-revoked"

    mandate_id: UUID
    by: Literal["grantor", "delegate", "desk"]
    delegate_email: EmailStr
    account_closed: bool = False
    """Who ended it closes their account, and hears of that alone: only the other side is told of this."""
    reason: Code | None = None
    """``account-frozen``: nobody took it back, it ended with the freezing of the grantor's account. None: whoever ``by`` says
    wanted it so."""


class AccessEnding(AboutPerson):
    """The mandate ends soon by itself; the grantor is reminded."""

    source: ClassVar[str] = "member-space"
    name: ClassVar[str] = "access-ending"

    mandate_id: UUID
    ends_on: date
