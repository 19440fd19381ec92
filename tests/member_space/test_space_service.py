"""The space opens on the event; migration and queues are what they should be."""

import asyncio
from datetime import UTC, datetime

import aio_pika
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from member_space.app import create_app, create_service
from member_space.models import Table
from shared.database.engine import sqlalchemy_url
from shared.messaging.envelope import CONTENT_TYPE, seal_envelope
from shared.messaging.tables import metadata as messaging

from .conftest import confirmed


async def test_migration_makes_the_models(database) -> None:
    engine = create_async_engine(sqlalchemy_url(database.url))
    async with engine.connect() as connection:
        differences = await connection.run_sync(
            lambda sync: compare_metadata(MigrationContext.configure(sync), [messaging, Table.metadata])
        )
    await engine.dispose()
    assert differences == []


async def test_opens_once_and_a_later_confirmation_updates(database, open_space) -> None:
    async def space() -> tuple:
        async with database.unit_of_work() as work:
            return tuple((await work.session.execute(text("select email, opened_at from space"))).one())

    await open_space("DEMO-0001")
    first = await space()
    await open_space("DEMO-0001")
    assert await space() == first
    await open_space("DEMO-0001", email="nouvelle@exemple.fr")
    assert await space() == ("nouvelle@exemple.fr", first[1])


async def test_consumes_exactly_its_queues(settings) -> None:
    assert set(create_service(settings).consumed) == {
        "member-space.email-confirmed", "member-space.account-taken-back", "member-space.journey"
    }  # fmt: skip


async def test_event_on_the_broker_opens_the_space(settings, broker_url, database, activation) -> None:
    import httpx

    app = create_app(settings.model_copy(update={"broker_url": broker_url("member-space")}))
    event = confirmed("DEMO-0001")
    sealed = seal_envelope(event, datetime.now(UTC))
    async with app.router.lifespan_context(app):
        connection = await aio_pika.connect(broker_url("activation"))
        channel = await connection.channel()
        exchange = await channel.get_exchange("espace.events", ensure=False)
        for _ in range(2):  # delivered twice
            message = aio_pika.Message(sealed.body, content_type=CONTENT_TYPE, message_id=str(sealed.id))
            await exchange.publish(message, event.routing_key())
        await connection.close()
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="https://testserver") as client, asyncio.timeout(20):
            while True:
                page = await client.get("/espace/", headers=activation.header(event.person_id))
                if "Bonjour" in page.text:
                    break
                assert "Votre espace s’ouvre" in page.text
                await asyncio.sleep(0.02)
    assert "Bonjour Mme\u00a0Garnier" in page.text
