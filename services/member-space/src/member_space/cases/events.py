"""What is told of a case. Nothing of what it is about: see ``shared.contracts.events.member_requests``."""

from datetime import datetime
from typing import Any
from uuid import UUID

from member_space.cases.models import Case
from member_space.cases.rules import Kind
from member_space.spaces.models import Space
from shared.contracts.event import Event
from shared.contracts.events import (
    AddressChanged,
    AddressChangeRefused,
    AddressChangeReported,
    DocumentReady,
    DocumentRefused,
    DocumentRequested,
    SituationChangeAnswered,
    SituationChangeReported,
)
from shared.contracts.postal_zone import postal_zone


def filed(space: Space, kind: Kind, case_id: UUID, reference: str) -> Event:
    """It was filed."""
    about = _about(space, reference)
    if kind is Kind.DOCUMENT:
        return DocumentRequested(**about, request_id=case_id)
    if kind is Kind.ADDRESS:
        return AddressChangeReported(**about, report_id=case_id)
    return SituationChangeReported(**about, report_id=case_id)


def accepted(space: Space, case: Case, now: datetime) -> Event:
    """It was accepted, or the document is there."""
    about = _about(space, case.reference)
    kind = Kind(case.kind)
    if kind is Kind.DOCUMENT:
        return DocumentReady(**about, request_id=case.id, available_until=case.available_until)
    if kind is Kind.ADDRESS:
        postcode = case.details["postcode"]
        return AddressChanged(
            **about, report_id=case.id, changed_at=now, address_lines=tuple(case.details["lines"]),
            postcode=postcode, postal_zone=postal_zone(postcode),
        )  # fmt: skip
    return SituationChangeAnswered(**about, report_id=case.id, accepted=True)


def refused(space: Space, case: Case) -> Event:
    """It was not."""
    about = _about(space, case.reference)
    kind = Kind(case.kind)
    if kind is Kind.DOCUMENT:
        return DocumentRefused(**about, request_id=case.id, reason=case.reason)
    if kind is Kind.ADDRESS:
        return AddressChangeRefused(**about, report_id=case.id, reason=case.reason)
    return SituationChangeAnswered(**about, report_id=case.id, accepted=False, reason=case.reason)


def _about(space: Space, reference: str) -> dict[str, Any]:
    return {
        "person_id": space.person_id, "civility": space.civility, "given_name": space.given_name,
        "family_name": space.family_name, "email": space.email, "reference": reference,
    }  # fmt: skip
