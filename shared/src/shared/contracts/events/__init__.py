"""The events between services (design §3), a module for each source. Additive changes only within a version."""

from shared.contracts.event import Event
from shared.contracts.events.activation import (
    AccountActivated,
    ActivationRefusal,
    ActivationRefused,
    ConfirmationLinkRequested,
    EmailConfirmed,
    NoticeKind,
    SecurityNoticeRaised,
)
from shared.contracts.events.fields import AboutPerson, Civility, Code, Reference
from shared.contracts.events.letters import LetterBatched, LetterParked, LetterPrinted, ParkReason
from shared.contracts.events.mandates import AccessAccepted, AccessDelegated, AccessEnding, AccessRevoked
from shared.contracts.events.member_requests import (
    AccountClosureRequested,
    AddressChanged,
    AddressChangeRefused,
    AddressChangeReported,
    DocumentReady,
    DocumentRefused,
    DocumentRequested,
    QuestionAnswered,
    QuestionAsked,
    SituationChangeAnswered,
    SituationChangeReported,
)
from shared.contracts.events.notifier import MailFailure, MailGivenUp, MailSent
from shared.contracts.events.registration import (
    AccountAlreadyOpen,
    AccountRequested,
    AccountRequestRefused,
    RequestRefusal,
)

MANDATE_EVENTS: tuple[type[Event], ...] = (AccessDelegated, AccessAccepted, AccessRevoked, AccessEnding)
REQUEST_EVENTS: tuple[type[Event], ...] = (
    DocumentRequested,
    DocumentReady,
    DocumentRefused,
    AddressChangeReported,
    AddressChanged,
    AddressChangeRefused,
    SituationChangeReported,
    SituationChangeAnswered,
    QuestionAsked,
    QuestionAnswered,
    AccountClosureRequested,
)
EVENTS: tuple[type[Event], ...] = (
    AccountRequested,
    AccountAlreadyOpen,
    AccountRequestRefused,
    LetterBatched,
    LetterParked,
    LetterPrinted,
    AccountActivated,
    ActivationRefused,
    ConfirmationLinkRequested,
    EmailConfirmed,
    SecurityNoticeRaised,
    MailSent,
    MailGivenUp,
    *REQUEST_EVENTS,
    *MANDATE_EVENTS,
)

__all__ = [
    "EVENTS",
    "MANDATE_EVENTS",
    "REQUEST_EVENTS",
    "AboutPerson",
    "AccessAccepted",
    "AccessDelegated",
    "AccessEnding",
    "AccessRevoked",
    "AccountActivated",
    "AccountAlreadyOpen",
    "AccountClosureRequested",
    "AccountRequestRefused",
    "AccountRequested",
    "ActivationRefusal",
    "ActivationRefused",
    "AddressChangeRefused",
    "AddressChangeReported",
    "AddressChanged",
    "Civility",
    "Code",
    "ConfirmationLinkRequested",
    "DocumentReady",
    "DocumentRefused",
    "DocumentRequested",
    "EmailConfirmed",
    "LetterBatched",
    "LetterParked",
    "LetterPrinted",
    "MailFailure",
    "MailGivenUp",
    "MailSent",
    "NoticeKind",
    "ParkReason",
    "QuestionAnswered",
    "QuestionAsked",
    "Reference",
    "RequestRefusal",
    "SecurityNoticeRaised",
    "SituationChangeAnswered",
    "SituationChangeReported",
]
