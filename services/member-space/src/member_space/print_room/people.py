"""Whose letters: masked names for those who may know, of persons that this service has heard of."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlmodel import col, select

from member_space.desk.staff_visit import StaffVisit
from member_space.persons.card import Card, card
from member_space.persons.models import PersonIndex
from member_space.print_room.roles import knows_members


async def cards_of(visit: StaffVisit, person_ids: Iterable[UUID | None]) -> Mapping[UUID, Card]:
    """Id → masked card. A test letter's is nobody's and has none, nor has anybody for who may not know whose letter it is."""
    wanted = {one for one in person_ids if one is not None}
    if not wanted or not knows_members(visit):
        return {}
    rows = await visit.work.session.scalars(select(PersonIndex).where(col(PersonIndex.person_id).in_(wanted)))
    return {row.person_id: card(row) for row in rows}
