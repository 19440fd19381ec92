"""What the timeline keeps of each event: an allow-list, so that a field that is added later stays out until someone decides.

Ids, codes, references and dates. Never a name, an address, an e-mail address, a number, a hash or a sealed token.
"""

from collections.abc import Mapping
from typing import Any

from shared.contracts.event import Event
from shared.contracts.events import (
    AccessAccepted,
    AccessDelegated,
    AccessEnding,
    AccessRevoked,
    AccountActivated,
    AccountAlreadyOpen,
    AccountClosed,
    AccountClosureRequested,
    AccountClosureWithdrawn,
    AccountFrozen,
    AccountRequested,
    AccountRequestRefused,
    AccountRequestRefusedV1,
    ActivationRefused,
    AddressChanged,
    AddressChangeRefused,
    AddressChangeReported,
    ConfirmationLinkRequested,
    DocumentReady,
    DocumentRefused,
    DocumentRequested,
    EmailChangeRequested,
    EmailConfirmed,
    IdentifierReminderRequested,
    LetterBatched,
    LetterParked,
    LetterPrinted,
    LetterReminderDue,
    LetterReturned,
    MailGivenUp,
    MailSent,
    PasswordResetRequested,
    QuestionAnswered,
    QuestionAsked,
    QuestionClosed,
    RecoveryLetterRequested,
    SecurityChanged,
    SecurityNoticeRaised,
    SituationChangeAnswered,
    SituationChangeReported,
)

KEPT: Mapping[type[Event], frozenset[str]] = {
    AccountRequested: frozenset({"request_id", "postal_zone", "purpose"}),
    AccountAlreadyOpen: frozenset({"request_id"}),
    AccountRequestRefused: frozenset({"request_id", "reason", "not_before"}),
    AccountRequestRefusedV1: frozenset({"request_id", "reason", "not_before"}),
    IdentifierReminderRequested: frozenset({"request_id"}),
    RecoveryLetterRequested: frozenset({"request_id"}),
    LetterBatched: frozenset({"request_id", "letter_id", "batch_id", "serial"}),
    LetterParked: frozenset({"request_id", "letter_id", "reason"}),
    LetterPrinted: frozenset({"request_id", "letter_id", "valid_until", "posted_at", "purpose"}),
    LetterReturned: frozenset({"request_id", "letter_id", "reason", "posted_at", "returned_at", "purpose"}),
    LetterReminderDue: frozenset({"request_id", "letter_id", "valid_until", "purpose"}),
    AccountActivated: frozenset({"account_id", "token_expires_at"}),
    ActivationRefused: frozenset({"request_id", "letter_id", "reason"}),
    ConfirmationLinkRequested: frozenset({"account_id", "token_expires_at"}),
    EmailConfirmed: frozenset({"account_id"}),
    SecurityNoticeRaised: frozenset({"account_id", "notice"}),
    PasswordResetRequested: frozenset({"account_id", "token_expires_at"}),
    EmailChangeRequested: frozenset({"account_id", "token_expires_at"}),
    SecurityChanged: frozenset({"account_id", "change"}),
    AccountFrozen: frozenset({"account_id"}),
    MailSent: frozenset({"delivery_id", "template", "caused_by"}),
    MailGivenUp: frozenset({"delivery_id", "template", "caused_by", "reason"}),
    DocumentRequested: frozenset({"request_id", "reference"}),
    DocumentReady: frozenset({"request_id", "reference", "available_until"}),
    DocumentRefused: frozenset({"request_id", "reference", "reason"}),
    AddressChangeReported: frozenset({"report_id", "reference"}),
    AddressChanged: frozenset({"report_id", "reference"}),
    AddressChangeRefused: frozenset({"report_id", "reference", "reason"}),
    SituationChangeReported: frozenset({"report_id", "reference"}),
    SituationChangeAnswered: frozenset({"report_id", "reference", "accepted", "reason"}),
    QuestionAsked: frozenset({"question_id", "message_id", "reference"}),
    QuestionAnswered: frozenset({"question_id", "message_id", "reference"}),
    QuestionClosed: frozenset({"question_id", "closing_id", "reference"}),
    AccountClosureRequested: frozenset({"request_id", "account_id", "reference"}),
    AccountClosureWithdrawn: frozenset({"request_id", "account_id", "reference", "reason"}),
    AccountClosed: frozenset({"request_id", "account_id", "reference"}),
    AccessDelegated: frozenset({"mandate_id", "token_expires_at", "ends_on"}),
    AccessAccepted: frozenset({"mandate_id", "ends_on"}),
    AccessRevoked: frozenset({"mandate_id", "by", "reason"}),
    AccessEnding: frozenset({"mandate_id", "ends_on"}),
}
"""Event → the fields that are kept of it. These are the events that the timeline consists of."""


def details(event: Event) -> dict[str, Any]:
    """The kept fields as JSON; those that are None are left out."""
    return event.model_dump(mode="json", include=set(KEPT[type(event)]), exclude_none=True)
