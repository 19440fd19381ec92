"""What is done by itself: the grantor is reminded once, in time, whichever replica does it; drafts are forgotten."""

import asyncio
import json
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from support.forgetting import forget

from member_space.app import create_app
from member_space.mandates.models import Mandate, MandateDraft
from member_space.mandates.reminders import remind
from member_space.mandates.rules import invitation_end, last_day
from member_space.retention import rules
from shared.contracts.paris import PARIS, day_in_paris
from shared.database.engine import Database


async def told(database) -> list[str]:
    async with database.unit_of_work() as work:
        rows = await work.session.execute(text("select body from outbox where type = 'fr.espace.access-ending.v1'"))
        return [json.loads(row[0])["data"]["mandate_id"] for row in rows]


def mandate(grantor, lasts: int, left: int, **differs) -> Mandate:
    """One that lasts so many days, of which so many are left."""
    today = datetime.now(PARIS).date()
    created = datetime.combine(today - timedelta(days=lasts - left), datetime.min.time(), PARIS) + timedelta(hours=12)
    values = {
        "id": uuid4(), "grantor_id": grantor, "delegate_id": uuid4(), "given_name": "M", "family_name": "A",
        "email": "m@exemple.fr", "scopes": ["documents"], "ends_on": today + timedelta(days=left), "created_at": created,
        "invitation_ends_at": created, "accepted_at": created,
    }  # fmt: skip
    return Mandate(**values | differs)


async def test_who_is_reminded_and_when(database, open_space) -> None:
    grantor, now = await open_space("DEMO-0001"), datetime.now(UTC)
    due = [mandate(grantor, *days) for days in ((365, 30), (182, 30), (182, 0), (31, 3), (31, 0))]
    others = [
        *(mandate(grantor, *days) for days in ((365, 31), (182, 100), (31, 4), (31, 31), (1, 0), (1, 1))),
        mandate(grantor, 365, -1),
        mandate(grantor, 365, 10, accepted_at=None),
        mandate(grantor, 365, 10, ended_at=now),
        mandate(grantor, 365, 10, reminded_at=now),
    ]
    expected = {str(one.id) for one in due}
    async with database.unit_of_work() as work:
        work.session.add_all([*due, *others])
    for _ in range(2):
        assert await remind(database) is False
        found = await told(database)
        assert len(found) == len(expected)
        assert {*found} == expected


async def test_replicas_share_the_work(database, open_space) -> None:
    grantor = await open_space("DEMO-0001")
    async with database.unit_of_work() as work:
        work.session.add_all([mandate(grantor, 365, 5) for _ in range(120)])
    replicas = [database, Database(database.url, "other"), Database(database.url, "third")]
    try:
        async with asyncio.timeout(60):
            while any(await asyncio.gather(*(remind(one) for one in replicas))):
                pass
    finally:
        for one in replicas[1:]:
            await one.close()
    found = await told(database)
    assert len(found) == len({*found}) == 120


async def test_drafts_are_forgotten_after_a_day(database, settings, open_space) -> None:
    grantor, now = await open_space("DEMO-0001"), datetime.now(UTC)
    kept, gone = uuid4(), uuid4()
    async with database.unit_of_work() as work:
        for one, age in ((kept, timedelta(hours=23)), (gone, timedelta(hours=25))):
            work.session.add(MandateDraft(id=one, grantor_id=grantor, answers={}, created_at=now - age))
    await forget(database, rules(settings))
    async with database.unit_of_work() as work:
        assert [row[0] for row in await work.session.execute(text("select id from mandate_draft"))] == [kept]


async def test_the_running_service_does_both(settings, broker_url, database, open_space) -> None:
    grantor, now = await open_space("DEMO-0001"), datetime.now(UTC)
    async with database.unit_of_work() as work:
        work.session.add(mandate(grantor, 365, 5))
        draft = MandateDraft(id=uuid4(), grantor_id=grantor, answers={}, created_at=now - timedelta(hours=25))
        work.session.add(draft)
    undone = text(
        "select count(*) from (select 1 from mandate where reminded_at is null union all select 1 from mandate_draft) x"
    )
    app = create_app(settings.model_copy(update={"broker_url": broker_url("member-space")}))
    async with app.router.lifespan_context(app), asyncio.timeout(30):
        while True:
            async with database.unit_of_work() as work:
                if not (await work.session.execute(undone)).scalar_one():
                    break
            await asyncio.sleep(0.02)


@pytest.mark.parametrize(
    ("now", "days", "last", "answer_until"),
    [
        # in Paris it is the 27th already
        (datetime(2026, 11, 26, 23, 30, tzinfo=UTC), 1, date(2026, 11, 28), datetime(2026, 11, 28, 23, 0, tzinfo=UTC)),
        (datetime(2026, 11, 26, 12, 0, tzinfo=UTC), 31, date(2026, 12, 27), datetime(2026, 12, 10, 12, 0, tzinfo=UTC)),
        # the clocks change meanwhile
        (datetime(2026, 10, 24, 12, 0, tzinfo=UTC), 1, date(2026, 10, 25), datetime(2026, 10, 25, 23, 0, tzinfo=UTC)),
    ],
)
def test_last_days_are_days_of_paris(now, days, last, answer_until) -> None:
    assert last_day(now, days) == last
    assert invitation_end(now, last) == answer_until
    assert day_in_paris(answer_until - timedelta(seconds=1)) <= last
