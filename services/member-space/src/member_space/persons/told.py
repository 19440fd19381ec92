"""Keeps the index of persons in step with what events tell, in whatever order they come."""

import re
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, func
from sqlalchemy.dialects.postgresql import insert

from member_space.persons.masking import masked_email
from member_space.persons.models import PersonIndex
from member_space.persons.names import words_of
from shared.contracts.event import Event
from shared.contracts.events import AboutPerson, AccountRequested, AddressChanged
from shared.database.unit_of_work import UnitOfWork

_POSTCODE = re.compile(r"(\d{5}) ")


async def remember(event: Event, at: datetime, work: UnitOfWork) -> None:
    """Keep who an event is about; ``at``: when it was said. An event that names nobody changes nothing."""
    if not isinstance(event, AboutPerson):
        return
    told = insert(PersonIndex).values(**row_of(event, at))
    new, old = told.excluded, PersonIndex.__table__.c  # type: ignore[attr-defined]
    later = new.told_at >= old.told_at
    names = ("civility", "given_name", "family_name", "name_words", "email_masked")
    moved = func.coalesce(new.placed_at >= old.placed_at, new.placed_at.is_not(None))
    kept = {
        **{name: case((later, new[name]), else_=old[name]) for name in names},
        "birth_date": func.coalesce(case((later, new.birth_date)), old.birth_date, new.birth_date),
        "postcode": case((moved, new.postcode), else_=old.postcode),
        "placed_at": func.greatest(new.placed_at, old.placed_at),
        "told_at": func.greatest(new.told_at, old.told_at),
    }
    await work.session.execute(told.on_conflict_do_update(index_elements=["person_id"], set_=kept))


def row_of(event: AboutPerson, at: datetime) -> dict[str, Any]:
    """What is kept of an event."""
    postcode = postcode_of(event)
    person: UUID = event.person_id
    return {
        "person_id": person, "civility": event.civility, "given_name": event.given_name,
        "family_name": event.family_name, "name_words": " ".join(words_of(event.given_name, event.family_name)),
        "email_masked": masked_email(event.email), "birth_date": getattr(event, "birth_date", None),
        "postcode": postcode or "", "told_at": at, "placed_at": None if postcode is None else at,
    }  # fmt: skip


def postcode_of(event: AboutPerson) -> str | None:
    """Of the postal address that an event carries; empty for one abroad, None when it carries no address."""
    if isinstance(event, AddressChanged):
        return event.postcode
    if not isinstance(event, AccountRequested):
        return None
    found = _POSTCODE.match(event.address_lines[-1])
    return found[1] if found else ""
