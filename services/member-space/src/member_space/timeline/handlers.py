"""Writes the timeline: one entry an event, in whatever order and however often they come."""

from sqlalchemy.dialects.postgresql import insert

from member_space.persons.told import remember
from member_space.timeline.kept import details
from member_space.timeline.models import TimelineEntry
from shared.contracts.event import Event
from shared.database.unit_of_work import UnitOfWork


async def journey(event: Event, work: UnitOfWork) -> None:
    """Something happened to a person: an entry, and whom it is about for the desk's search."""
    assert work.cause is not None  # noqa: S101 - a handler of messages
    entry = {
        "event_id": work.cause.id,
        "person_id": event.person_id,
        "occurred_at": work.cause.time,
        "kind": event.name,
        "details": details(event),
    }
    await work.session.execute(insert(TimelineEntry).values(entry).on_conflict_do_nothing())
    await remember(event, work.cause.time, work)
