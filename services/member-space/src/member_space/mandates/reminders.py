"""The grantor is reminded some time before a mandate ends by itself: once, whichever replica does it."""

from datetime import timedelta

from sqlalchemy import ColumnElement, Date, and_, cast, func, or_
from sqlmodel import col, select

from member_space.mandates.models import Mandate
from member_space.mandates.rules import REMINDERS
from member_space.spaces.models import Space
from member_space.spaces.told_person import about
from shared.contracts.events import AccessEnding
from shared.contracts.paris import day_in_paris
from shared.database.engine import Database

EVERY_SECONDS = 600.0
AT_ONCE = 50


async def remind(database: Database) -> bool:
    """Tell of the mandates that are due. Returns whether there may be more."""
    async with database.unit_of_work() as work:
        today = day_in_paris(work.now)
        days = col(Mandate.ends_on) - cast(func.timezone("Europe/Paris", col(Mandate.created_at)), Date)
        due: list[ColumnElement[bool]] = []
        for place, (lasting, before) in enumerate(REMINDERS):
            shorter = [days < REMINDERS[place + 1][0]] if place + 1 < len(REMINDERS) else []
            soon = col(Mandate.ends_on) <= today + timedelta(days=before)
            due.append(and_(days >= lasting, *shorter, soon))
        query = (
            select(Mandate, Space)
            .join(Space, col(Space.person_id) == col(Mandate.grantor_id))
            .where(
                col(Mandate.accepted_at).is_not(None), col(Mandate.ended_at).is_(None),
                col(Mandate.reminded_at).is_(None), col(Mandate.ends_on) >= today, or_(*due),
            )
            .limit(AT_ONCE)
            .with_for_update(of=Mandate.__table__, skip_locked=True)  # type: ignore[attr-defined]
        )  # fmt: skip
        found = (await work.session.execute(query)).all()
        for mandate, grantor in found:
            mandate.reminded_at = work.now
            await work.publish(
                AccessEnding(
                    **about(grantor),
                    mandate_id=mandate.id, ends_on=mandate.ends_on,
                )
            )  # fmt: skip
        return len(found) == AT_ONCE
