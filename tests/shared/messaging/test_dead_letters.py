"""Dead letters on a real broker and database: they are listed, replayed with one effect, and dropped with a trace."""

import json

import aio_pika
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from support.dead_letters import bury, bury_many, envelope
from support.messaging import QUEUE, count, depth, running, until

from launcher import rabbitmq_files
from shared.contracts.events import EmailConfirmed
from shared.messaging.broker import Broker
from shared.messaging.consumer import Consumer
from shared.messaging.dead_letters import journal
from shared.messaging.dead_letters.box import Box
from shared.messaging.dead_letters.journal import Account, NotAccountedForError
from shared.messaging.dead_letters.looking import find, show, summaries
from shared.messaging.dead_letters.settling import Outcome, Settling
from shared.messaging.failures import BrokerUnavailableError
from shared.messaging.topology import REPLAY_EXCHANGE, dead_letter_queue

DEAD = dead_letter_queue(QUEUE)
WHY = Account("operator", "mended in 1.4.2")
EFFECT = text("INSERT INTO effect VALUES (:name)")


async def effect(event, work):
    await work.session.execute(EFFECT, {"name": event.family_name})


def consumer(database, consuming, handler=effect):
    return Consumer(QUEUE, {EmailConfirmed: handler}, database, consuming, consuming)


def settling(consuming, database):
    return Settling(consuming, database)


async def holds(channel, queue, expected):
    await until(lambda: _is(depth(channel, queue), expected))


async def effects(database, expected):
    await until(lambda: _is(count(database, "SELECT count(*) FROM effect"), expected))


POISON = {
    "bytes": (b"\xff\xfe not json", "undecodable: not an envelope: body"),
    "envelope": (json.dumps({"specversion": "1.0"}).encode(), "undecodable: not an envelope: data, id, source"),
    "version": (envelope(type="fr.espace.email-confirmed.v9"), "unknown type fr.espace.email-confirmed.v9"),
    "data": (envelope(data={"civility": "Mme"}), "data is not fr.espace.email-confirmed.v1: account_id, email"),
}


@pytest.mark.parametrize(("body", "reason"), POISON.values(), ids=POISON)
async def test_poison_is_listed_with_its_reason_attempts_and_queue(database, consuming, watching, body, reason):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    exchange = await watching.get_exchange("espace.events", ensure=False)
    await exchange.publish(aio_pika.Message(raw), EmailConfirmed.routing_key())
    async with running(consumer(database, consuming)):
        await holds(watching, DEAD, 1)
    (summary,) = await summaries(consuming, [QUEUE])
    assert (summary.queue, summary.count, summary.looked_at) == (QUEUE, 1, 1)
    assert summary.oldest is not None
    assert reason in summary.reasons[0][0]
    (letter,) = await find(consuming, [QUEUE])
    assert (letter.queue, letter.attempts, letter.size) == (QUEUE, 1, len(raw))
    assert letter.first_failed_at == summary.oldest
    assert reason in letter.reason
    (shown,) = await show(consuming, [QUEUE], letter.sha256[:12])
    assert shown.letter == letter


async def test_looking_changes_nothing(database, consuming, watching):
    ids = await bury_many(watching, 200)
    for most in (200, 20, 200):
        found = await find(consuming, [QUEUE], most=most)
        assert len({letter.id for letter in found}) == most
        assert await depth(watching, DEAD) == 200
    queue = await watching.get_queue(DEAD)
    assert {(await queue.get(no_ack=True)).message_id for _ in ids} == set(ids)


async def test_looking_at_all_keeps_their_order(consuming, watching):
    ids = await bury_many(watching, 100)
    for _ in range(3):
        assert [str(letter.id) for letter in await find(consuming, [QUEUE])] == ids


async def test_one_at_the_head_of_many_is_settled_and_the_rest_keeps_its_order(database, consuming, watching):
    ids = await bury_many(watching, 1500)
    boxed, keep = [], Box.keep

    def counted(box, message):
        boxed.append(message)
        keep(box, message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Box, "keep", counted)
        (shown,) = await show(consuming, [QUEUE], ids[1])
        chosen = await find(consuming, [QUEUE], [ids[1], ids[700]])
        assert await settling(consuming, database).drop(chosen, WHY) == Outcome(done=2)
    assert len(boxed) < 3 * 1000, "what lies deeper is left alone"
    assert str(shown.letter.id) == ids[1]
    assert [str(letter.id) for letter in chosen] == [ids[1], ids[700]]
    left = [one for one in ids if one not in {ids[1], ids[700]}]
    assert [str(letter.id) for letter in await find(consuming, [QUEUE], most=600)] == left[:600]
    assert await depth(watching, DEAD) == 1498


async def test_a_digests_beginning_is_looked_for_to_the_end(consuming, watching):
    """It may name several; a whole handle names one, and looking ends there."""
    document = envelope()
    for _ in range(2):
        await bury(watching, document)
    (one,) = await find(consuming, [QUEUE], [document["id"]])
    assert len(await find(consuming, [QUEUE], [one.sha256[:8]])) == 2
    assert len(await find(consuming, [QUEUE], [one.sha256])) == 1


async def test_once_the_bug_is_mended_a_replay_has_its_effect_once(database, consuming, watching):
    async def bug(event, work):
        await effect(event, work)
        raise ZeroDivisionError

    document = envelope()
    exchange = await watching.get_exchange("espace.events", ensure=False)
    await exchange.publish(aio_pika.Message(json.dumps(document).encode()), EmailConfirmed.routing_key())
    async with running(consumer(database, consuming, bug)):
        await holds(watching, DEAD, 1)
    letters = await find(consuming, [QUEUE], [document["id"]])
    assert letters[0].reason == "unexpected: ZeroDivisionError"
    async with running(consumer(database, consuming)):
        assert await settling(consuming, database).replay(letters, WHY) == Outcome(done=1)
        await effects(database, 1)
        await holds(watching, QUEUE, 0)
    assert await find(consuming, [QUEUE]) == []
    (entry,) = await journal.read(database, 10)
    assert (entry.action, entry.state, entry.who, entry.reason) == ("replay", "done", "operator", "mended in 1.4.2")
    assert (entry.queue, entry.message_id, entry.type) == (QUEUE, document["id"], EmailConfirmed.type())
    assert (entry.failure, entry.body_sha256) == ("unexpected: ZeroDivisionError", letters[0].sha256)
    assert entry.ended_at is not None


async def test_a_replayed_message_is_as_it_was_with_its_attempts_reset(database, consuming, watching):
    message_id = await bury(watching, envelope())
    await settling(consuming, database).replay(await find(consuming, [QUEUE]), WHY)
    message = await (await watching.get_queue(QUEUE)).get(no_ack=True)
    assert (message.message_id, message.type) == (message_id, EmailConfirmed.type())
    assert message.content_type == "application/cloudevents+json"
    assert message.delivery_mode == aio_pika.DeliveryMode.PERSISTENT
    assert json.loads(message.body)["id"] == message_id
    assert not [name for name in message.headers if name.startswith("x-espace-")]


class DiesAfterPublishing(Broker):
    """The broker has confirmed, and then the whole connection is gone: nothing can be acknowledged."""

    async def publish(self, exchange, routing_key, message):
        await super().publish(exchange, routing_key, message)
        await self.close()


async def test_a_replay_that_dies_before_the_acknowledgement_is_repeated_and_has_one_effect(
    database, consuming, watching, broker_url
):
    await bury(watching, envelope())
    letters = await find(consuming, [QUEUE])
    async with DiesAfterPublishing(broker_url("member-space"), "dies") as broker:
        with pytest.raises(BrokerUnavailableError):
            await settling(broker, database).replay(letters, WHY)
    await holds(watching, DEAD, 1)
    assert await depth(watching, QUEUE) == 1
    assert [entry.state for entry in await journal.read(database, 10)] == ["begun"]
    assert await settling(consuming, database).replay(await find(consuming, [QUEUE]), WHY) == Outcome(done=1)
    await holds(watching, QUEUE, 2)
    async with running(consumer(database, consuming)):
        await holds(watching, QUEUE, 0)
        await effects(database, 1)
    assert await count(database, "SELECT count(*) FROM effect") == 1
    assert await depth(watching, DEAD) == 0
    assert [entry.state for entry in await journal.read(database, 10)] == ["done", "begun"]


async def test_only_what_was_chosen_is_settled(database, consuming, watching):
    ids = await bury_many(watching, 5)
    chosen = await find(consuming, [QUEUE], ids[1:3])
    await bury(watching, envelope())
    assert [str(letter.id) for letter in chosen] == ids[1:3]
    assert await settling(consuming, database).replay(chosen, WHY) == Outcome(done=2)
    left = {str(letter.id) for letter in await find(consuming, [QUEUE])}
    assert len(left) == 4
    assert not left & set(ids[1:3])
    assert await depth(watching, QUEUE) == 2
    assert await settling(consuming, database).replay(chosen, WHY) == Outcome(missing=2)


async def test_a_thousand_are_replayed_in_batches(database, consuming, watching):
    await bury_many(watching, 1000)
    told = []
    many = Settling(consuming, database, lambda outcome: told.append(outcome.done))
    letters = await find(consuming, [QUEUE], most=950)
    assert await many.replay(letters, WHY) == Outcome(done=950)
    assert told == [*range(100, 1000, 100), 950]
    assert await depth(watching, DEAD) == 50
    assert await depth(watching, QUEUE) == 950
    assert await count(database, "SELECT count(*) FROM dead_letter_journal WHERE state = 'done'") == 950


async def test_a_dropped_letter_is_gone_and_its_row_stays_as_it_is(database, consuming, watching):
    await bury(watching, b"no json", "undecodable: not an envelope: body")
    letters = await find(consuming, [QUEUE])
    assert await settling(consuming, database).drop(letters, Account("operator", "a test")) == Outcome(done=1)
    assert await depth(watching, DEAD) == await depth(watching, QUEUE) == 0
    (entry,) = await journal.read(database, 10)
    assert (entry.action, entry.state, entry.reason) == ("drop", "done", "a test")
    assert entry.body_sha256 == letters[0].sha256
    for change in ("UPDATE dead_letter_journal SET reason = 'x'", "DELETE FROM dead_letter_journal"):
        with pytest.raises(DBAPIError, match="append-only"):
            async with database.unit_of_work() as work:
                await work.session.execute(text(change))


async def test_the_journal_forgets_after_twelve_months(database, consuming, watching):
    old = text("""
        INSERT INTO dead_letter_journal (id, at, who, action, reason, queue, body_sha256, failure, state)
        SELECT gen_random_uuid(), now() - age * interval '1 day', age::text, 'drop', 'x', 'x', 'x', 'x', 'done'
        FROM unnest(ARRAY[300, 365, 367, 900]) age
    """)
    async with database.unit_of_work() as work:
        await work.session.execute(old)
    await bury(watching, envelope())
    await settling(consuming, database).drop(await find(consuming, [QUEUE]), WHY)
    assert [entry.who for entry in await journal.read(database, 10)] == ["operator", "300", "365"]


async def test_what_no_queue_takes_stays_and_is_journalled_as_refused(database, consuming, watching):
    await bury(watching, envelope())
    exchange = await watching.get_exchange(REPLAY_EXCHANGE, ensure=False)
    await (await watching.get_queue(QUEUE)).unbind(exchange, QUEUE)
    assert await settling(consuming, database).replay(await find(consuming, [QUEUE]), WHY) == Outcome(refused=1)
    assert len(await find(consuming, [QUEUE])) == 1
    assert [entry.state for entry in await journal.read(database, 10)] == ["refused"]


async def test_what_the_broker_itself_buried_is_told_so(consuming, watching):
    exchange = await watching.get_exchange("espace.events", ensure=False)
    await exchange.publish(aio_pika.Message(json.dumps(envelope()).encode()), EmailConfirmed.routing_key())
    await (await (await watching.get_queue(QUEUE)).get()).reject(requeue=False)
    await holds(watching, DEAD, 1)
    (letter,) = await find(consuming, [QUEUE])
    assert letter.reason == "given up by the broker: rejected"
    assert letter.attempts is None


async def test_without_the_broker_nothing_is_begun(database, consuming, watching, rabbit, vhost):
    await bury(watching, envelope())
    letters = await find(consuming, [QUEUE])
    user, password = rabbitmq_files.ADMIN, "wrong"
    async with Broker(rabbit.url(user, password, vhost), "away") as away:
        with pytest.raises(BrokerUnavailableError):
            await settling(away, database).replay(letters, WHY)
    assert await journal.read(database, 10) == []


@pytest.mark.parametrize(
    ("who", "reason"), [("", "why"), ("operator", "  "), ("operator", "two\nlines"), ("a" * 501, "b")]
)
def test_nothing_is_settled_without_a_name_and_a_reason(who, reason):
    with pytest.raises(NotAccountedForError):
        Account(who, reason)


def test_a_reason_may_have_the_spaces_of_french():
    assert Account("operator", "corrigé\u00a0: 1\u202f200 de trop").reason == "corrigé\u00a0: 1\u202f200 de trop"


async def _is(value, expected) -> bool:
    return await value == expected
