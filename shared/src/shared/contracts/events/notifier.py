"""What ``notifier`` says of an e-mail: neither to which address nor with which words."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.events.fields import Code

MailFailure = Literal["refused", "refused-for-a-day", "expired", "not-built", "superseded"]
"""Refused for good by the mail server (5xx); for now, over 24 h. Not built: it can't be. Superseded: by a newer one."""


class _AboutMail(Event):
    source: ClassVar[str] = "notifier"

    delivery_id: UUID
    template: Code
    """Which mail it is, by the name of its template."""
    caused_by: UUID
    """Id of the event that the mail tells of."""


class MailSent(_AboutMail):
    """The mail server has taken an e-mail to the person."""

    name: ClassVar[str] = "mail-sent"

    sent_at: datetime


class MailGivenUp(_AboutMail):
    """An e-mail to the person did not leave and will not be tried again by itself."""

    name: ClassVar[str] = "mail-given-up"

    reason: MailFailure
    given_up_at: datetime
