"""What ``member-space`` says of what a member asks for or reports, and of the desk's answers.

Which document, which situation and what a question is about may tell of somebody's health: they stay in the member space,
as do reasons in words and names of files. A ``reference`` leads there.
"""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from shared.contracts.events.fields import AboutPerson, Code, Reference
from shared.contracts.postal_zone import PostalZone


class _AboutRequest(AboutPerson):
    source: ClassVar[str] = "member-space"

    reference: Reference


class DocumentRequested(_AboutRequest):
    """The member asked for a document that the desk makes."""

    name: ClassVar[str] = "document-requested"

    request_id: UUID


class DocumentReady(_AboutRequest):
    """A document that the member asked for can be fetched in the space."""

    name: ClassVar[str] = "document-ready"

    request_id: UUID
    available_until: date | None = None
    """Last day, in Paris, on which it is there."""


class DocumentRefused(_AboutRequest):
    """The desk will not make a document that the member asked for."""

    name: ClassVar[str] = "document-refused"

    request_id: UUID
    reason: Code


class AddressChangeReported(_AboutRequest):
    """A change of the postal address was reported; letters go where they went until the desk has accepted it."""

    name: ClassVar[str] = "address-change-reported"

    report_id: UUID


class AddressChanged(_AboutRequest):
    """The desk accepted a change of the postal address: the next letter goes there."""

    name: ClassVar[str] = "address-changed"

    report_id: UUID
    changed_at: datetime
    """Of two changes the later one holds, in whatever order they come."""
    address_lines: tuple[str, ...] = Field(min_length=1, max_length=5)
    """Below the name, last line postcode and town (or country), as in AccountRequested."""
    postcode: str = Field(pattern=r"^[0-9A-Za-z -]+$", max_length=10)
    postal_zone: PostalZone


class AddressChangeRefused(_AboutRequest):
    """The desk did not accept a change of the postal address."""

    name: ClassVar[str] = "address-change-refused"

    report_id: UUID
    reason: Code


class SituationChangeReported(_AboutRequest):
    """The member reported a change of situation."""

    name: ClassVar[str] = "situation-change-reported"

    report_id: UUID


class SituationChangeAnswered(_AboutRequest):
    """The desk accepted or refused a reported change of situation."""

    name: ClassVar[str] = "situation-change-answered"

    report_id: UUID
    accepted: bool
    reason: Code | None = None
    """Why it was refused."""


class QuestionAsked(_AboutRequest):
    """The member asked the desk a question, or wrote again in its thread."""

    name: ClassVar[str] = "question-asked"

    question_id: UUID
    """The thread."""
    message_id: UUID


class QuestionAnswered(_AboutRequest):
    """The desk answered in the thread of a question."""

    name: ClassVar[str] = "question-answered"

    question_id: UUID
    message_id: UUID


class QuestionClosed(_AboutRequest):
    """The desk closed the thread of a question; writing in it opens it again."""

    name: ClassVar[str] = "question-closed"

    question_id: UUID
    closing_id: UUID
    """New each time: a thread that was opened again may be closed again."""


class AccountClosureRequested(_AboutRequest):
    """The member asked to have the account closed: it is in some days, unless they change their mind (decision 0027)."""

    name: ClassVar[str] = "account-closure-requested"

    request_id: UUID
    account_id: UUID


class AccountClosureWithdrawn(_AboutRequest):
    """The member changed their mind in time, or the account was taken back from whoever had asked: the account stays."""

    name: ClassVar[str] = "account-closure-withdrawn"

    request_id: UUID
    account_id: UUID
    reason: Code | None = None
    """``account-frozen`` or ``account-recovered``: what happened to the account since. None: the member's own wish."""


class AccountClosed(_AboutRequest):
    """The days to change one's mind are over and the space is closed: nobody signs in with that account any more."""

    name: ClassVar[str] = "account-closed"

    request_id: UUID
    account_id: UUID
    closed_at: datetime
    """An account that was activated later is another story."""
