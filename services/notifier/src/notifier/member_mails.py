"""Which mails an event of the member space makes: to whom, by which template, and with how little.

A mail names no document, no situation, no subject and no reason: those are read in the space. It greets by name where the
address is confirmed, never the invited or the delegate, whose address may be somebody else's (design §5).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid5

from shared.contracts.event import Event
from shared.contracts.events import (
    AboutPerson,
    AccessAccepted,
    AccessDelegated,
    AccessEnding,
    AccessRevoked,
    AccountClosed,
    AccountClosureRequested,
    AccountClosureWithdrawn,
    AddressChanged,
    AddressChangeRefused,
    AddressChangeReported,
    DocumentReady,
    DocumentRefused,
    DocumentRequested,
    QuestionAnswered,
    QuestionAsked,
    QuestionClosed,
    SituationChangeAnswered,
    SituationChangeReported,
)
from shared.web.french import polite_name

FACTS: Mapping[type[Event], str] = {
    DocumentRequested: "request_id",
    DocumentReady: "request_id",
    DocumentRefused: "request_id",
    AddressChangeReported: "report_id",
    AddressChanged: "report_id",
    AddressChangeRefused: "report_id",
    SituationChangeReported: "report_id",
    SituationChangeAnswered: "report_id",
    QuestionAsked: "message_id",
    QuestionAnswered: "message_id",
    QuestionClosed: "closing_id",
    AccountClosureRequested: "request_id",
    AccountClosureWithdrawn: "request_id",
    AccountClosed: "request_id",
    AccessDelegated: "mandate_id",
    AccessAccepted: "mandate_id",
    AccessRevoked: "mandate_id",
    AccessEnding: "mandate_id",
}
"""Event → the field that says which fact it tells of. The template has the event's name, but for those of ``_template``."""
FROZEN = "account-frozen"
"""``AccessRevoked.reason``: the mail leads nowhere that its reader can't enter."""
SHOWN = ("reference", "available_until", "ends_on")
"""Fields that the templates know, where an event has them."""


@dataclass(frozen=True)
class MemberMail:
    """One mail that is due; ``cause_id`` names the fact, so that one fact makes one mail."""

    template: str
    recipient: str
    cause_id: UUID
    params: Mapping[str, str] = field(default_factory=dict)
    sealed_token: str | None = None
    expires_at: datetime | None = None
    mandate_id: UUID | None = None
    """Of an invitation."""
    account_id: UUID | None = None
    """Of a link that a newer one replaces."""


def mails_of(event: Event) -> list[MemberMail]:
    """The mails of an event of ``FACTS``: one, and to both sides when an access is revoked."""
    fact: UUID = getattr(event, FACTS[type(event)])
    shown = {name: value for name, value in event.model_dump(mode="json", include=set(SHOWN)).items() if value}
    if isinstance(event, AccessDelegated):
        # an invitation that is sent again has another token
        invited = uuid5(fact, event.sealed_token)
        return [
            MemberMail(
                "access-invitation", event.email, invited, shown, event.sealed_token, event.token_expires_at, fact
            )
        ]  # fmt: skip
    if isinstance(event, AccessEnding):
        fact = uuid5(fact, event.ends_on.isoformat())
    assert isinstance(event, AboutPerson)  # noqa: S101 - all but the invitation are
    name = polite_name(event.civility, event.given_name, event.family_name)
    mail = MemberMail(_template(event), event.email, fact, {"name": name, **shown})
    if not isinstance(event, AccessRevoked):
        return [mail]
    sides = {"grantor": mail, "delegate": MemberMail("access-revoked-delegate", event.delegate_email, fact)}
    # an account that closes has its own mail; these speak of one that goes on
    return [one for side, one in sides.items() if not (event.account_closed and side == event.by)]


def _template(event: AboutPerson) -> str:
    if isinstance(event, SituationChangeAnswered):
        return "situation-change-accepted" if event.accepted else "situation-change-refused"
    if isinstance(event, AccessRevoked) and event.reason == FROZEN:
        return "access-revoked-frozen"
    if isinstance(event, AccountClosureWithdrawn) and event.reason is not None:
        return "account-closure-stopped"
    return event.name
