"""Nobody speaks in another's name: what a service did not say itself is buried unread, and never replayed.

The ways are those that the broker leaves open: two sources in one queue, and, before RabbitMQ 4.0.3, keys in CC and BCC.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from support.messaging import confirmed, running, until

from shared.contracts.events import AccountAlreadyOpen, EmailConfirmed, SecurityNoticeRaised
from shared.database.engine import Database
from shared.messaging.broker import Broker
from shared.messaging.consumer import Consumer
from shared.messaging.dead_letters.journal import Account
from shared.messaging.dead_letters.looking import find
from shared.messaging.dead_letters.settling import Settling
from shared.messaging.envelope import seal_envelope
from shared.messaging.failures import RetryableError

SPACE = "member-space.email-confirmed"
NOTICES = "notifier.notices"
WAYS = (
    ("espace.events", "letters.letter-printed.v1", EmailConfirmed.routing_key()),
    ("espace.replay", "letters.account-requested", SPACE),
    ("espace.retry.10s", "letters.account-requested", SPACE),
    ("espace.dead", "letters.account-requested", SPACE),
)
"""Exchange, a key that ``letters`` may use there, and the key beside it that it may not."""


@pytest.fixture
async def database(new_database) -> AsyncIterator[Database]:
    opened = Database(new_database("member_space"), "test")
    yield opened
    await opened.close()


@asynccontextmanager
async def consuming(broker_url, database, queue, *kinds, failing=()) -> AsyncIterator[list[object]]:
    """What the consumer of a queue handles. The first message of each kind in ``failing`` fails once."""
    handled: list[object] = []
    still = list(failing)

    async def handle(message, _):
        if type(message) in still:
            still.remove(type(message))
            raise RetryableError("once")
        handled.append(message)

    url = broker_url(queue.partition(".")[0])
    async with (
        Broker(url, "consume") as taking,
        Broker(url, "publish") as giving,
        running(Consumer(queue, dict.fromkeys(kinds, handle), database, taking, giving)),
    ):
        yield handled


def said(message) -> bytes:
    return seal_envelope(message, datetime.now(UTC)).body


async def reasons(broker_url, queue) -> list[str]:
    async with Broker(broker_url(queue.partition(".")[0]), "look") as broker:
        return [letter.reason for letter in await find(broker, [queue])]


async def until_handled(handled: list[object], number: int) -> None:
    async def enough() -> bool:
        return len(handled) >= number

    await until(enough)


async def test_one_source_of_a_queue_does_not_speak_for_the_other(hands_of, broker_url, database):
    kinds = (AccountAlreadyOpen, SecurityNoticeRaised)
    person, email = uuid4(), "jeanne@exemple.fr"
    own = AccountAlreadyOpen(person_id=person, request_id=uuid4(), email=email)
    forged = SecurityNoticeRaised(person_id=person, account_id=uuid4(), email=email, notice="address-already-used")
    async with (
        hands_of("registration") as hands,
        consuming(broker_url, database, NOTICES, *kinds, failing=kinds) as handled,
    ):
        for message in (forged, own):
            assert await hands.publish(own.exchange, own.routing_key(), body=said(message)) == "taken"
        await until_handled(handled, 1)
    assert handled == [own], "its own comes through, by way of a delay too"
    assert await reasons(broker_url, NOTICES) == ["undecodable: said by another: fr.espace.security-notice-raised.v1"]


async def sneaked(hands, message) -> int:
    """How many copies of a message the broker let into another's queue."""
    outcomes = [
        await hands.publish(exchange, own, body=said(message), headers={header: [foreign]})
        for exchange, own, foreign in WAYS
        for header in ("CC", "BCC")
    ]
    return outcomes.count("taken")


async def test_nobody_opens_a_space_but_activation(hands_of, broker_url, database):
    async def all_buried() -> bool:
        return len(await reasons(broker_url, SPACE)) == passed

    genuine, another = confirmed("Vraie"), confirmed("Autre")
    saying = (EmailConfirmed.exchange, EmailConfirmed.routing_key())
    async with hands_of("letters") as letters, hands_of("activation") as activation:
        async with consuming(broker_url, database, SPACE, EmailConfirmed) as handled:
            passed = await sneaked(letters, confirmed("Forgée"))
            await activation.publish(*saying, body=said(genuine))
            await until_handled(handled, 1)
            await until(all_buried)
        assert handled == [genuine]

        async with Broker(broker_url("member-space"), "replay") as broker:
            chosen = await find(broker, [SPACE])
            outcome = await Settling(broker, database).replay(chosen, Account("Mme Roche", "essai"))
        assert (outcome.done, outcome.refused) == (0, passed)

        async with consuming(broker_url, database, SPACE, EmailConfirmed) as handled:
            await activation.publish(*saying, body=said(another))
            await until_handled(handled, 1)
        assert handled == [another]
        assert await all_buried()
