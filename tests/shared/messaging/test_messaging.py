"""Outbox, relay, consumer, inbox, tiers and dead letters on a real broker and database."""

import asyncio
import json
from uuid import uuid4

import aio_pika
import pytest
from sqlalchemy import text
from support.messaging import QUEUE, confirmed, count, depth, running, until

from shared.contracts.events import EmailConfirmed
from shared.messaging.consumer import Consumer
from shared.messaging.failed import ATTEMPT, ORIGINAL_QUEUE, REASON
from shared.messaging.failures import BrokerUnavailableError, PermanentError, RetryableError
from shared.messaging.relay import Relay
from shared.messaging.topology import RETRY_EXCHANGE, dead_letter_queue

EFFECT = text("INSERT INTO effect VALUES (:name)")
DEAD = dead_letter_queue(QUEUE)


async def effect(event, work):
    await work.session.execute(EFFECT, {"name": event.family_name})


def consumer(handler, database, consuming):
    return Consumer(QUEUE, {EmailConfirmed: handler}, database, consuming, consuming)


async def publish(database, *events):
    async with database.unit_of_work() as work:
        return await work.publish(*events)


async def put(channel, body, **properties):
    exchange = await channel.get_exchange("espace.events", ensure=False)
    await exchange.publish(aio_pika.Message(body, **properties), EmailConfirmed.routing_key())


async def test_an_event_reaches_its_handler_once_after_the_commit(database, producing, consuming):
    async with running(Relay(database, producing), consumer(effect, database, consuming)):
        await publish(database, *(confirmed(f"P{n}") for n in range(250)))
        await until(lambda: _is(count(database, "SELECT count(*) FROM effect"), 250))
    assert await count(database, "SELECT count(DISTINCT name) FROM effect") == 250
    assert await count(database, "SELECT count(*) FROM inbox") == 250
    assert await count(database, "SELECT count(*) FROM outbox WHERE published_at IS NULL") == 0


async def test_what_is_rolled_back_never_leaves(database, producing, watching):
    with pytest.raises(RuntimeError):
        async with database.unit_of_work() as work:
            await work.publish(confirmed())
            raise RuntimeError
    await publish(database, confirmed("Left"))
    async with running(Relay(database, producing)):
        await until(lambda: _is(depth(watching, QUEUE), 1))
    assert await count(database, "SELECT count(*) FROM outbox") == 1


async def test_two_relays_publish_each_row_once(database, producing, watching, broker_url):
    await publish(database, *(confirmed() for _ in range(500)))
    from shared.messaging.broker import Broker

    async with (
        Broker(broker_url("activation"), "second") as second,
        running(Relay(database, producing), Relay(database, second)),
    ):
        await until(lambda: _is(count(database, "SELECT count(*) FROM outbox WHERE published_at IS NULL"), 0))
    queue = await watching.get_queue(QUEUE)
    ids = [message.message_id async for message in _drain(queue)]
    assert len(ids) == len(set(ids)) == 500


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\xff\xfe not json", "undecodable"),
        (json.dumps({"specversion": "1.0"}).encode(), "undecodable: not an envelope"),
        ("unknown", "unknown type fr.espace.email-confirmed.v9"),
        ("wrong data", "data is not fr.espace.email-confirmed.v1: account_id"),
    ],
    ids=["bytes", "envelope", "version", "data"],
)
async def test_a_poisoned_message_goes_to_the_dead_letters_with_its_reason(
    database, producing, consuming, watching, body, reason
):
    await put(watching, _poisoned(body), message_id="poison")
    await publish(database, confirmed("Neighbour"))
    async with running(Relay(database, producing), consumer(effect, database, consuming)):
        await until(lambda: _is(depth(watching, DEAD), 1))
        await until(lambda: _is(count(database, "SELECT count(*) FROM effect"), 1))
    dead = await (await watching.get_queue(DEAD)).get()
    assert reason in dead.headers[REASON]
    assert dead.headers[ORIGINAL_QUEUE] == QUEUE
    assert dead.headers[ATTEMPT] == 1
    assert dead.message_id == "poison"


async def test_a_permanent_error_is_buried_at_once_and_leaves_no_effect(database, producing, consuming, watching):
    async def refuse(event, work):
        await effect(event, work)
        raise PermanentError("unknown person")

    await publish(database, confirmed())
    async with running(Relay(database, producing), consumer(refuse, database, consuming)):
        await until(lambda: _is(depth(watching, DEAD), 1))
    dead = await (await watching.get_queue(DEAD)).get()
    assert dead.headers[REASON] == "permanent: unknown person"
    assert await count(database, "SELECT count(*) FROM effect") == 0
    assert await count(database, "SELECT count(*) FROM inbox") == 0


async def test_a_failure_takes_the_next_tier_comes_back_and_counts(database, producing, consuming, watching):
    tries = []

    async def fail_first(event, work):
        tries.append(event)
        if len(tries) == 1:
            raise RetryableError("not yet")
        await effect(event, work)

    await publish(database, confirmed())
    async with running(Relay(database, producing), consumer(fail_first, database, consuming)):
        await until(lambda: _is(count(database, "SELECT count(*) FROM effect"), 1))
    assert len(tries) == 2
    assert await depth(watching, QUEUE) == 0


async def test_after_the_last_tier_a_message_is_dead(database, consuming, watching):
    async def fail(event, work):
        raise RetryableError("still not")

    await publish(database, confirmed())
    async with database.unit_of_work() as work:
        body = (await work.session.execute(text("SELECT body FROM outbox"))).scalar_one()
    await put(watching, bytes(body), headers={ATTEMPT: 3}, message_id=str(uuid4()))
    async with running(consumer(fail, database, consuming)):
        await until(lambda: _is(depth(watching, DEAD), 1))
    dead = await (await watching.get_queue(DEAD)).get()
    assert dead.headers[REASON] == "failed 4 times: still not"


async def test_a_bug_gets_quick_tries_and_then_people(database, producing, consuming, watching):
    tries = []

    async def bug(event, work):
        tries.append(event)
        raise ZeroDivisionError

    await publish(database, confirmed())
    async with running(Relay(database, producing), consumer(bug, database, consuming)):
        await until(lambda: _is(depth(watching, DEAD), 1))
    dead = await (await watching.get_queue(DEAD)).get()
    assert dead.headers[REASON] == "unexpected: ZeroDivisionError"
    assert len(tries) == 4


async def test_a_service_may_publish_its_own_events_only(consuming, producing):
    message = aio_pika.Message(b"{}")
    with pytest.raises(BrokerUnavailableError, match="AccessRefused"):
        await consuming.publish("espace.events", EmailConfirmed.routing_key(), message)
    with pytest.raises(BrokerUnavailableError, match="AccessRefused"):
        await producing.publish("espace.events", "registration.account-requested.v1", message)


async def test_stopping_finishes_the_work_in_hand_and_gives_back_the_rest(database, producing, consuming, watching):
    started, release = asyncio.Event(), asyncio.Event()

    async def slow(event, work):
        started.set()
        await release.wait()
        await effect(event, work)

    await publish(database, *(confirmed(f"P{n}") for n in range(40)))
    async with running(Relay(database, producing)):
        await until(lambda: _is(depth(watching, QUEUE), 40))
    worker = consumer(slow, database, consuming)
    task = asyncio.create_task(worker.run())
    await asyncio.wait_for(started.wait(), 10)
    worker.stop()
    release.set()
    await asyncio.wait_for(task, 20)
    done = await count(database, "SELECT count(*) FROM effect")
    assert 1 <= done <= 20
    await until(lambda: _is(depth(watching, QUEUE), 40 - done))


async def test_connections_that_the_broker_closes_are_opened_again(
    database, producing, consuming, rabbit, vhost, messaging_database
):
    async def closed():
        names = [one["name"] for one in rabbit.get("connections").json() if one["vhost"] == vhost]
        for name in names:
            rabbit.close_connection(name)
        return bool(names)

    async with running(Relay(database, producing), consumer(effect, database, consuming)):
        await publish(database, confirmed("Before"))
        await until(lambda: _is(count(database, "SELECT count(*) FROM effect"), 1))
        await until(closed)
        await publish(database, confirmed("After"))
        await until(lambda: _is(count(database, "SELECT count(*) FROM effect"), 2))
    assert await count(database, "SELECT count(*) FROM outbox WHERE attempts > 0") == 0


async def test_a_database_that_goes_away_in_a_handler_costs_no_attempt(
    database, messaging_database, postgres, producing, consuming, watching
):
    from shared.database.engine import Database

    seen = []

    async def handler(event, work):
        seen.append(event)
        if len(seen) == 1:
            name = messaging_database.rsplit("/", 1)[1]
            await asyncio.to_thread(
                postgres.sql, f"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'"
            )
        await effect(event, work)

    await publish(database, confirmed())
    own = Database(messaging_database, "consumer")
    async with running(
        Relay(database, producing), Consumer(QUEUE, {EmailConfirmed: handler}, own, consuming, consuming)
    ):
        await until(lambda: _is(count(database, "SELECT count(*) FROM effect"), 1))
    await own.close()
    assert len(seen) == 2
    assert await depth(watching, RETRY_EXCHANGE + "10s") == 0


async def _is(value, expected) -> bool:
    try:
        return await value == expected
    except Exception:
        return False


async def _drain(queue):
    while (message := await queue.get(no_ack=True, fail=False)) is not None:
        yield message


def _poisoned(kind) -> bytes:
    if isinstance(kind, bytes):
        return kind
    envelope = {
        "specversion": "1.0", "id": str(uuid4()), "source": "/services/activation", "subject": "x",
        "time": "2026-11-23T10:00:00Z", "type": "fr.espace.email-confirmed.v1", "data": confirmed().model_dump(mode="json"),
    }  # fmt: skip
    if kind == "unknown":
        envelope["type"] = "fr.espace.email-confirmed.v9"
    else:
        del envelope["data"]["account_id"]
    return json.dumps(envelope).encode()
