"""F3: PostgreSQL is killed between a handler's COMMIT and its answer; the handler can't know whether it holds.

Both halves are brought about by the server itself. A deferred trigger that waits for a lock keeps a COMMIT from becoming
durable: the work is lost and must be done again. A synchronous standby that does not exist keeps the answer back when the
COMMIT is durable: the work is there, and must not be done again.
"""

import asyncio
import time
from contextlib import asynccontextmanager

import asyncpg
import pytest
from faults.inprocess import becomes, make_bench
from sqlalchemy import text
from support.messaging import running, until

__all__ = ["make_bench"]

EVENTS = 40
POOL = 10
"""Commits at once: the connections of a pool."""
HELD = "select count(*) from pg_stat_activity where query ilike 'commit%' and wait_event = '{}'"
LOCK = 3
HOLD = (
    f"""
    CREATE FUNCTION hold_commit() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN PERFORM pg_advisory_xact_lock_shared({LOCK}); RETURN NULL; END $$
    """,
    """
    CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON effect DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION hold_commit()
    """,
)


@asynccontextmanager
async def before_it_is_durable(bench, postgres):
    async with bench.database.unit_of_work() as work:
        for statement in HOLD:
            await work.session.execute(text(statement))
    connection = await asyncpg.connect(bench.database.url)
    await connection.execute(f"select pg_advisory_lock({LOCK})")
    try:
        yield "advisory"
    finally:
        connection.terminate()  # killed with the server


@asynccontextmanager
async def after_it_is_durable(bench, postgres):
    postgres.sql("alter system set synchronous_standby_names = 'nobody'")
    postgres.sql("select pg_reload_conf()")
    try:
        yield "SyncRep"
    finally:
        # read at the next start, and not now: nobody is answered before the kill
        postgres.sql("alter system reset synchronous_standby_names")


@pytest.mark.parametrize(
    ("moment", "durable"), [(before_it_is_durable, 0), (after_it_is_durable, POOL)], ids=["not-durable", "durable"]
)
async def test_the_server_dies_between_commit_and_answer(bench, ground, moment, durable):
    await bench.enqueue(f"P{number}" for number in range(EVENTS))
    worker, postgres = bench.replica(), ground.postgres
    async with running(worker):
        try:
            async with moment(bench, postgres) as wait:
                await until(lambda: is_held(postgres, wait))
        finally:
            await asyncio.to_thread(postgres.kill9)
            await asyncio.to_thread(postgres.start)
        began = time.monotonic()
        await until(lambda: bench.has_effects(EVENTS), 60)
        await becomes(worker.is_idle)
    again = len(worker.deliveries) - EVENTS
    seen = await bench.outcome(
        "F3", f"PostgreSQL dies in COMMIT, {durable} durable", EVENTS, again, time.monotonic() - began
    )
    assert (seen.lost, seen.doubled, seen.again) == (0, 0, 0)
    assert worker.attempts_burnt() == 0
    assert bench.counted("duplicate") == durable, "durable work is recognised, lost work is done again"


async def is_held(postgres, wait) -> bool:
    """Whether every connection of the pool waits in its COMMIT."""
    return int(await asyncio.to_thread(postgres.sql, HELD.format(wait))) == POOL
