"""The service as it runs: letter in by the broker, account out by the broker, health while it lives."""

import asyncio
import json
from datetime import UTC, datetime
from uuid import uuid4

import aio_pika
import pytest

from activation.models import ProvisionalLetter, RecoveryRequest
from shared.contracts.events import LetterPrinted, RecoveryLetterRequested
from shared.contracts.provisional_password import generate, grouped
from shared.messaging.envelope import seal_envelope


async def until(condition, seconds: float = 20.0):
    """The first true answer of an async condition."""
    async with asyncio.timeout(seconds):
        while not (answer := await condition()):
            await asyncio.sleep(0.05)  # between looks at the condition
        return answer


@pytest.mark.timeout(120)
async def test_from_a_letter_to_an_event_on_the_broker(make_world, broker_url):
    world = make_world(broker_url=broker_url("activation"))
    password = generate()
    letters = await aio_pika.connect(broker_url("letters"))
    registration = await aio_pika.connect(broker_url("registration"))
    async with letters, registration, world.app.router.lifespan_context(world.app):
        channel = await letters.channel()
        exchange = await channel.get_exchange("espace.events", ensure=False)
        event = world.printed(password)
        envelope = seal_envelope(event, datetime.now(UTC))
        for _ in range(2):
            message = aio_pika.Message(
                envelope.body, message_id=str(envelope.id), content_type="application/cloudevents+json"
            )
            await exchange.publish(message, LetterPrinted.routing_key())
        assert len(await until(lambda: world.rows(ProvisionalLetter))) == 1
        visitor = world.visitor()
        assert (await visitor.activate(provisional_password=grouped(password))).status_code == 303
        queue = await (await registration.channel()).get_queue("registration.account-state", ensure=False)
        received = await until(lambda: queue.get(fail=False))
        await received.ack()
        body = json.loads(received.body)
        assert (body["type"], body["source"]) == ("fr.espace.account-activated.v1", "/services/activation")
        assert (await visitor.get("/readyz")).status_code == 200


@pytest.mark.timeout(120)
async def test_a_request_for_a_recovery_letter_is_heard(make_world, broker_url):
    world = make_world(broker_url=broker_url("activation"))
    person_id = await world.confirmed()
    registration = await aio_pika.connect(broker_url("registration"))
    async with registration, world.app.router.lifespan_context(world.app):
        exchange = await (await registration.channel()).get_exchange("espace.events", ensure=False)
        event = RecoveryLetterRequested(person_id=person_id, request_id=uuid4(), requested_at=datetime.now(UTC))
        envelope = seal_envelope(event, datetime.now(UTC))
        message = aio_pika.Message(
            envelope.body, message_id=str(envelope.id), content_type="application/cloudevents+json"
        )
        await exchange.publish(message, RecoveryLetterRequested.routing_key())
        assert [row.request_id for row in await until(lambda: world.rows(RecoveryRequest))] == [event.request_id]
    assert [one["change"] for one in await world.events("security-changed")] == ["recovery-letter-asked"]
