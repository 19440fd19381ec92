"""The leaky bucket: exact under concurrency, drained by time, and deleted without harm at any moment."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from shared.database import throttle
from shared.database.engine import Database
from shared.database.throttle import Rate

HOUR = timedelta(hours=1)


@pytest.fixture
async def replicas(messaging_database, postgres):
    """Two pools on one database that has the table."""
    name = messaging_database.rpartition("/")[2]
    throttle.create_throttle(lambda sql: postgres.sql(sql, database=name))
    postgres.sql("grant all on throttle to public", database=name)
    opened = [Database(messaging_database, f"tests {number}") for number in (1, 2)]
    yield opened
    for one in opened:
        await one.close()


async def take(database: Database, rate: Rate, key: bytes = b"k") -> bool:
    async with database.unit_of_work() as work:
        return await throttle.take(work.session, key, rate)


async def purge(database: Database, most: int = 100) -> int:
    async with database.unit_of_work() as work:
        return await throttle.purge(work.session, most)


async def rows(database: Database) -> int:
    async with database.unit_of_work() as work:
        return (await work.session.execute(text("select count(*) from throttle"))).scalar_one()


async def later(database: Database, time: timedelta) -> None:
    """As if that time had passed."""
    async with database.unit_of_work() as work:
        await work.session.execute(
            text("update throttle set clear_at = clear_at - cast(:time as interval)"), {"time": time}
        )


@pytest.mark.parametrize("most", [1, 7, 10, 60])
async def test_two_replicas_let_through_exactly_what_is_allowed(replicas, most):
    rate = Rate(most, HOUR)
    taken = await asyncio.gather(*(take(replicas[place % 2], rate) for place in range(most + 40)))
    assert sum(taken) == most


async def test_room_comes_back_one_by_one(replicas):
    rate = Rate(3, HOUR)
    assert [await take(replicas[place % 2], rate) for place in range(4)] == [True, True, True, False]
    await later(replicas[0], timedelta(minutes=20))
    assert [await take(replicas[place % 2], rate) for place in range(2)] == [True, False]
    await later(replicas[0], 10 * HOUR)
    assert [await take(replicas[place % 2], rate) for place in range(4)] == [True, True, True, False]


async def test_what_is_refused_is_not_counted(replicas):
    rate = Rate(1, HOUR)
    assert [await take(replicas[0], rate) for _ in range(50)] == [True] + [False] * 49
    await later(replicas[0], HOUR)
    assert await take(replicas[1], rate)


async def test_keys_do_not_count_for_each_other(replicas):
    rate = Rate(1, HOUR)
    assert [await take(replicas[0], rate, key) for key in (b"a", b"b", b"a")] == [True, True, False]


async def test_a_count_that_is_rolled_back_was_none(replicas):
    rate = Rate(1, HOUR)
    with pytest.raises(ZeroDivisionError):
        async with replicas[0].unit_of_work() as work:
            assert await throttle.take(work.session, b"k", rate)
            raise ZeroDivisionError
    assert await take(replicas[1], rate)


async def test_the_purge_takes_what_has_drained_and_nothing_else(replicas):
    rate = Rate(2, HOUR)
    for number in range(25):
        await take(replicas[0], rate, b"old %d" % number)
    await later(replicas[0], HOUR)
    assert await take(replicas[0], rate, b"new")
    assert [await purge(replicas[0], 10) for _ in range(4)] == [10, 10, 5, 0]
    assert await rows(replicas[0]) == 1
    assert [await take(replicas[1], rate, b"new") for _ in range(2)] == [True, False]


async def test_purges_side_by_side_while_requests_come(replicas):
    rate = Rate(2, HOUR)
    for number in range(40):
        await take(replicas[0], rate, b"old %d" % number)
    await later(replicas[0], HOUR)
    work = [purge(replicas[place % 2], 15) for place in range(6)]
    came = [take(replicas[place % 2], rate, b"old %d" % place) for place in range(40)]
    done = await asyncio.gather(*work, *came)
    assert sum(done[:6]) <= 40
    assert all(done[6:]), "a row that had drained, deleted or not, lets through"
    while await purge(replicas[0]):
        pass
    assert await rows(replicas[1]) == 40


async def test_the_table_needs_no_log_and_no_index_but_its_key(replicas):
    async with replicas[0].unit_of_work() as work:
        kind = await work.session.scalar(text("select relpersistence::text from pg_class where relname = 'throttle'"))
        indexes = await work.session.scalar(text("select count(*) from pg_indexes where tablename = 'throttle'"))
    assert (kind, indexes) == ("u", 1)
