"""What passes when the same work is done again, and what is somebody's mistake; as a real server says it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.database.engine import Database
from shared.database.failures import is_away, is_passing_conflict


@pytest.fixture
async def database(messaging_database):
    database = Database(messaging_database, "tests")
    yield database
    await database.close()


@pytest.mark.parametrize(
    ("statements", "passes"),
    [
        (["SET LOCAL statement_timeout = 10", "SELECT pg_sleep(5)"], True),
        (["SET LOCAL lock_timeout = 10", "LOCK TABLE inbox"], True),
        (["SELECT 1/0"], False),
        (["SELECT nothing"], False),
    ],
    ids=["slow", "locked", "wrong value", "wrong name"],
)
async def test_a_conflict_that_passes_is_told_from_a_mistake(database, statements, passes):
    async with database.unit_of_work() as other:
        await other.session.execute(text("LOCK TABLE inbox"))
        with pytest.raises(DBAPIError) as failed:
            async with database.unit_of_work() as work:
                for statement in statements:
                    await work.session.execute(text(statement))
    assert is_passing_conflict(failed.value) == passes
    assert not is_away(failed.value)
