"""A whole service on a real broker and database: it begins, works, and ends in order."""

import asyncio
import time

import httpx
import pytest
from sqlalchemy import text
from support.messaging import QUEUE, confirmed, count, until

from shared.background import Periodic
from shared.contracts.events import EmailConfirmed
from shared.service import Service
from shared.settings import ServiceSettings


def settings_for(database_url, broker_url):
    return ServiceSettings(
        environment="test", public_url="http://localhost", database_url=database_url, broker_url=broker_url
    )


@pytest.fixture
def service(messaging_database, broker_url):
    settings = settings_for(messaging_database, broker_url("member-space"))
    return Service("member-space", settings)


async def ready(client):
    return (await client.get("/readyz")).status_code == 200


async def test_a_service_begins_handles_and_ends(service, messaging_database):
    async def handler(event, work):
        await work.session.execute(text("INSERT INTO effect VALUES (:name)"), {"name": event.family_name})

    service.consume(QUEUE, {EmailConfirmed: handler})
    app = service.create_app()
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://service") as client:
        async with app.router.lifespan_context(app):
            await until(lambda: ready(client))
            assert (await client.get("/livez")).json() == {"alive": True}
            assert (await client.get("/readyz")).json()["checks"] == {"database": True, "broker": True}
            assert "espace_outbox_waiting" in (await client.get("/metrics")).text
            began = time.monotonic()
        assert time.monotonic() - began < 20
        assert (await client.get("/readyz")).status_code == 503
    assert service.consumed == {QUEUE: frozenset({EmailConfirmed})}


async def test_a_service_without_broker_takes_requests_and_sends_later(messaging_database, broker_url, free_port):
    address = broker_url("activation")
    away = address.replace(address.rsplit("@", 1)[1].split("/")[0], f"127.0.0.1:{free_port}")
    settings = settings_for(messaging_database, away)
    service = Service("activation", settings)
    app = service.create_app()
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://s") as client,
    ):
        async with service.database.unit_of_work() as work:
            await work.publish(confirmed())
        answer = await client.get("/readyz")
        assert answer.status_code == 200
        assert answer.json()["checks"] == {"database": True, "broker": False}
        assert (
            await count(service.database, "SELECT count(*) FROM outbox WHERE published_at IS NULL AND attempts = 0")
            == 1
        )


async def test_periodic_work_survives_failures_and_is_woken():
    calls = []

    async def action():
        calls.append(len(calls))
        if len(calls) == 1:
            raise ConnectionRefusedError
        if len(calls) == 2:
            raise ZeroDivisionError
        return len(calls) == 3

    periodic = Periodic("example", 60, action)
    task = asyncio.create_task(periodic.run())

    async def called(times):
        return len(calls) >= times

    await until(lambda: called(4))
    periodic.wake()
    await until(lambda: called(5))
    periodic.stop()
    await asyncio.wait_for(task, 5)
    assert calls == [0, 1, 2, 3, 4]
