"""A service's dead letters are its own: no other can read, replay or drop them."""

import json
from pathlib import Path

import aio_pika
import pytest
from support.dead_letters import bury, envelope
from support.messaging import QUEUE, depth

from shared.messaging.broker import Broker
from shared.messaging.dead_letters.access import TopologyError
from shared.messaging.dead_letters.journal import Account
from shared.messaging.dead_letters.looking import find
from shared.messaging.dead_letters.settling import Outcome, Settling
from shared.messaging.failures import BrokerUnavailableError
from shared.messaging.topology import ANSWERS_FOR, DEAD_SUFFIX, REPLAY_EXCHANGE, dead_letter_queue

DEFINITIONS = json.loads((Path(__file__).parents[3] / "deploy" / "broker" / "definitions.json").read_text())
USERS = (*ANSWERS_FOR, "print-shop")
PRINT_SHOP = "print-shop.batches"
ALL = [queue for queues in ANSWERS_FOR.values() for queue in queues]


def test_somebody_answers_for_every_queue_and_nobody_for_the_same():
    working = {bound["destination"] for bound in DEFINITIONS["bindings"] if bound["source"] == REPLAY_EXCHANGE}
    dead = {queue["name"] for queue in DEFINITIONS["queues"] if queue["name"].endswith(DEAD_SUFFIX)}
    assert sorted(ALL) == sorted(working)
    assert {dead_letter_queue(queue) for queue in ALL} == dead


def test_every_queue_is_replayed_into_by_its_own_name_only():
    replays = [bound for bound in DEFINITIONS["bindings"] if bound["source"] == REPLAY_EXCHANGE]
    assert [bound["routing_key"] for bound in replays] == [bound["destination"] for bound in replays]


@pytest.mark.parametrize("user", USERS)
async def test_a_service_replays_into_the_queues_it_answers_for_and_no_other(user, broker_url, watching):
    async with Broker(broker_url(user), "tests") as broker:
        for queue in ALL:
            if queue in ANSWERS_FOR.get(user, ()):
                await broker.publish(REPLAY_EXCHANGE, queue, aio_pika.Message(b"{}"))
            else:
                with pytest.raises(BrokerUnavailableError, match="AccessRefused"):
                    await broker.publish(REPLAY_EXCHANGE, queue, aio_pika.Message(b"{}"))
    for queue in ALL:
        assert await depth(watching, queue) == (1 if queue in ANSWERS_FOR.get(user, ()) else 0), queue


@pytest.mark.parametrize("user", USERS)
async def test_a_service_reads_the_dead_letters_it_answers_for_and_no_others(user, broker_url, watching):
    async with Broker(broker_url(user), "tests") as broker:
        for queue in ALL:
            await bury(watching, envelope(), queue=queue)
            if queue in ANSWERS_FOR.get(user, ()):
                assert len(await find(broker, [queue])) == 1
            else:
                with pytest.raises(TopologyError, match="AccessRefused"):
                    await find(broker, [queue])


async def test_letters_answers_for_the_print_shop(broker_url, watching, new_database):
    from shared.database.engine import Database

    await bury(watching, envelope(), queue=PRINT_SHOP)
    database = Database(new_database("letters"), "tests")
    async with Broker(broker_url("letters"), "tests") as broker:
        letters = await find(broker, ANSWERS_FOR["letters"])
        assert [letter.queue for letter in letters] == [PRINT_SHOP]
        assert await Settling(broker, database).replay(letters, Account("operator", "mended")) == Outcome(done=1)
    await database.close()
    assert await depth(watching, PRINT_SHOP) == 1


async def test_another_services_letters_can_not_be_replayed_under_ones_own_right(broker_url, watching, new_database):
    """Not even by one who knows what is in them."""
    from shared.database.engine import Database

    await bury(watching, envelope())
    async with Broker(broker_url("member-space"), "tests") as own:
        letters = await find(own, [QUEUE])
    database = Database(new_database("notifier"), "tests")
    async with Broker(broker_url("notifier"), "tests") as other:
        with pytest.raises(TopologyError, match="AccessRefused"):
            await Settling(other, database).drop(letters, Account("operator", "not mine"))
    await database.close()
    assert await depth(watching, dead_letter_queue(QUEUE)) == 1
