"""A lock that somebody else holds for too long: come back in a moment, not a failure of ours."""

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from structlog.testing import capture_logs

from shared.database.engine import Database
from shared.web.problems import install_errors


@pytest.fixture
async def database(messaging_database):
    opened = Database(messaging_database, "tests")
    yield opened
    await opened.close()


async def test_a_lock_that_does_not_come_is_503(database):
    app = FastAPI()
    install_errors(app)

    @app.get("/")
    async def page() -> None:
        async with database.unit_of_work() as work:
            await work.session.execute(text("set local lock_timeout = '50ms'"))
            await work.session.execute(text("lock table effect"))

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://s") as client:
        async with database.unit_of_work() as other:
            await other.session.execute(text("lock table effect"))
            with capture_logs() as logs:
                answer = await client.get("/")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert [(line["event"], line["log_level"]) for line in logs] == [("database_away", "warning")]
        assert (await client.get("/")).status_code == 200
