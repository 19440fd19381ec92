"""The address of a space is the one confirmed last, in whatever order it is heard of (the order of a queue is no promise)."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from member_space.handlers import email_confirmed
from member_space.models import Space
from shared.database.unit_of_work import Cause

from .conftest import confirmed

FIRST = datetime(2026, 3, 1, 9, tzinfo=UTC)
TOLD = [
    ("a@exemple.fr", FIRST),
    ("b@exemple.fr", FIRST + timedelta(days=1)),
    ("c@exemple.fr", FIRST + timedelta(days=2)),
]


@pytest.fixture
def hear(database):
    async def handle(email: str, at: datetime) -> None:
        async with database.unit_of_work() as work:
            work.cause = Cause(uuid4(), at)
            await email_confirmed(confirmed("DEMO-0001", email=email), work)

    return handle


async def space(database) -> Space:
    async with database.unit_of_work() as work:
        return (await work.session.scalars(select(Space))).one()


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_the_newest_address_stays(database, hear, order):
    for place in order:
        await hear(*TOLD[place])
    await hear(*TOLD[order[0]])  # delivered twice
    assert (await space(database)).email == "c@exemple.fr"


async def test_a_space_from_before_takes_the_next_one(database, hear):
    await hear(*TOLD[1])
    async with database.unit_of_work() as work:
        await work.session.execute(text("update space set told_at = null"))
    await hear(*TOLD[2])
    assert (await space(database)).email == "c@exemple.fr"


async def test_late_news_open_no_closed_space(database, hear):
    await hear(*TOLD[1])
    async with database.unit_of_work() as work:
        await work.session.execute(text("update space set closed_at = :at"), {"at": FIRST + timedelta(days=1, hours=1)})
    await hear(*TOLD[0])
    assert (await space(database)).closed_at is not None
    assert (await space(database)).email == "b@exemple.fr"
    await hear(*TOLD[2])
    assert ((await space(database)).closed_at, (await space(database)).email) == (None, "c@exemple.fr")
