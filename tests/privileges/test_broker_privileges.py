"""Every broker user against every exchange, key and queue: its own work, and nothing else (design §4)."""

import asyncio
from collections.abc import Awaitable, Callable

import aiormq
import httpx
import pytest
from aiormq.exceptions import ChannelPreconditionFailed, InvalidFrameError, ProbableAuthenticationError

from shared.contracts.print_batch import PrintReceipt
from shared.messaging.topology import RETRY_EXCHANGE, RETRY_TIERS

from .conftest import Hands, Open
from .topology import BUILT_IN, EXCHANGES, MESSAGES, QUEUES, USERS, may_read, outcome_due, reader, sayings

KINDS = {"amq.direct": "direct", "amq.fanout": "fanout", "amq.headers": "headers", "amq.match": "headers"}


async def each_user(hands_of: Open, tries: Callable[[str, Hands], Awaitable[dict[str, object]]]) -> dict[str, object]:
    """Let every user try, side by side; ``user: what was tried`` → what came of it."""

    async def one(user: str) -> dict[str, object]:
        async with hands_of(user) as hands:
            return {f"{user}: {what}": outcome for what, outcome in (await tries(user, hands)).items()}

    return {what: outcome for seen in await asyncio.gather(*map(one, USERS)) for what, outcome in seen.items()}


async def test_everyone_says_what_is_theirs_and_nothing_else(hands_of):
    async def tries(user, hands):
        return {f"{key!r} to {exchange!r}": await hands.publish(exchange, key) for exchange, key in sayings()}

    seen = await each_user(hands_of, tries)
    due = {
        f"{user}: {key!r} to {exchange!r}": outcome_due(user, exchange, key)
        for user in USERS
        for exchange, key in sayings()
    }
    assert len(due) > 1500
    assert seen == due
    # every message of the contracts can be said, by its source alone
    for kind in MESSAGES:
        saying = f"{kind.routing_key()!r} to {kind.exchange!r}"
        assert [user for user in USERS if due[f"{user}: {saying}"] == "taken"] == [kind.source]


async def test_everyone_reads_their_queues_and_no_other(hands_of):
    async def tries(user, hands):
        async def ignore(_):
            pass

        seen = {}
        for queue in QUEUES:
            seen[f"get from {queue}"] = await hands.may(lambda channel, queue=queue: channel.basic_get(queue))
            seen[f"consume {queue}"] = await hands.may(
                lambda channel, queue=queue: channel.basic_consume(queue, ignore)
            )
            # who may take every message away may also do it at once
            seen[f"purge {queue}"] = await hands.may(lambda channel, queue=queue: channel.queue_purge(queue))
        return seen

    verbs = ("get from", "consume", "purge")
    due = {f"{u}: {verb} {queue}": may_read(u, queue) for u in USERS for verb in verbs for queue in QUEUES}
    assert await each_user(hands_of, tries) == due


async def test_nobody_makes_unmakes_or_joins_anything(hands_of):
    own = {user: next(queue for queue in QUEUES if reader(queue) == user) for user in USERS}

    async def tries(user, hands):
        acts = {
            "make an exchange": lambda c: c.exchange_declare("new", exchange_type="topic", durable=True),
            "make a queue": lambda c: c.queue_declare("new", durable=True),
            "make a queue of its own name": lambda c: c.queue_declare(f"{user}.new", durable=True),
            "make a queue without a name": lambda c: c.queue_declare("", exclusive=True),
            "listen to everything": lambda c: c.queue_bind(own[user], "espace.events", "#"),
            "listen by a built-in exchange": lambda c: c.queue_bind(own[user], "amq.topic", "#"),
        }
        for name in [*EXCHANGES, *BUILT_IN[1:]]:
            kind = KINDS.get(name, "topic")
            acts |= {
                f"delete {name}": lambda c, name=name: c.exchange_delete(name),
                f"make {name} again": lambda c, name=name, kind=kind: c.exchange_declare(
                    name, exchange_type=kind, durable=True
                ),
                f"lead {name} to another exchange": lambda c, name=name: c.exchange_bind("amq.fanout", name, "#"),
                f"lead events to {name}": lambda c, name=name: c.exchange_bind(name, "espace.events", "#"),
                f"cut {name} off": lambda c, name=name: c.exchange_unbind(name, "espace.events", "#"),
            }
        for name in QUEUES:
            acts |= {
                f"delete {name}": lambda c, name=name: c.queue_delete(name),
                f"make {name} again": lambda c, name=name: c.queue_declare(
                    name, durable=True, arguments={"x-queue-type": "quorum"}
                ),
                f"lead events to {name}": lambda c, name=name: c.queue_bind(name, "espace.events", "#"),
                f"cut {name} off": lambda c, name=name: c.queue_unbind(name, "espace.events", "#"),
            }
        return {what: await hands.may(act) for what, act in acts.items()}

    seen = await each_user(hands_of, tries)
    assert len(seen) > 500
    assert [what for what, allowed in seen.items() if allowed] == []


async def test_the_print_shop_reads_its_batches_and_tells_what_became_of_them(hands_of):
    async with hands_of("print-shop") as hands:
        taken = [saying for saying in sayings() if await hands.publish(*saying) != "refused"]
        read = [queue for queue in QUEUES if await hands.may(lambda channel, queue=queue: channel.basic_get(queue))]
    own = "print-shop.batches"
    failures = ["espace.dead", *(RETRY_EXCHANGE + tier for tier in RETRY_TIERS)]
    receipts = (PrintReceipt.exchange, PrintReceipt.routing_key())
    assert set(taken) >= {receipts, *((exchange, own) for exchange in failures)}
    # the rest begins with its name, goes to its own exchanges, and is asked for by nobody
    assert {key.split(".")[0] for _, key in taken} == {"print-shop"}
    assert {exchange for exchange, _ in taken} == {PrintReceipt.exchange, *failures}
    assert read == [own]


async def test_nobody_signs_with_another_name(hands_of):
    for user in USERS:
        saying = "espace.dead", next(queue for queue in QUEUES if reader(queue) == user)
        async with hands_of(user) as hands:
            assert await hands.publish(*saying, user_id=user) == "taken"
            for other in {*USERS, "launcher", "guest"} - {user}:
                with pytest.raises(ChannelPreconditionFailed, match="user_id property"):
                    await hands.publish(*saying, user_id=other)


async def test_nobody_enters_another_virtual_host(rabbit, vhost, broker_url):
    rabbit.add_vhost(f"{vhost}-other")
    try:
        for user in USERS:
            for other in ("%2F", f"{vhost}-other", "nowhere"):
                address = broker_url(user).rpartition("/")[0] + f"/{other}"
                # the broker closes where it would have opened
                with pytest.raises(InvalidFrameError, match=r"Connection\.OpenOk.*Connection\.Close"):
                    await aiormq.connect(address)
            with pytest.raises(ProbableAuthenticationError):
                await aiormq.connect(broker_url(user).replace("of-the-tests", "guessed"))
    finally:
        rabbit.delete_vhost(f"{vhost}-other")
    with pytest.raises(ProbableAuthenticationError):
        await aiormq.connect(rabbit.url("guest", "guest", "/"))


def test_the_management_api_is_closed_to_all_of_them(rabbit, vhost):
    paths = ("whoami", "overview", "users", "definitions", f"queues/{vhost}", f"exchanges/{vhost}", "connections")
    api = f"http://127.0.0.1:{rabbit.management_port}/api"
    with httpx.Client(trust_env=False, timeout=30) as client:
        for user in USERS:
            who = (user, "of-the-tests")
            assert {client.get(f"{api}/{path}", auth=who).status_code for path in paths} == {401}, user
            tags = {"password": "x", "tags": "administrator"}
            # RabbitMQ 3.10 sometimes waits for ever on a connection that brought a body it refused to read
            apart = {"Connection": "close"}
            assert client.put(f"{api}/users/{user}", json=tags, auth=who, headers=apart).status_code == 401
            assert client.delete(f"{api}/queues/{vhost}/{QUEUES[0]}", auth=who).status_code == 401
    assert rabbit.get("whoami").status_code == 200
