"""F5: every message five times with one id, at once and in any order, to two replicas of every service: one effect each."""

import asyncio
import json
import time
from collections import Counter

from faults.events import EFFECTS as WATCHED
from faults.events import Flow
from faults.whole import TIMES, Counts, bound_to, letters_are, make_world, publish, told_to
from support.messaging import until
from support.outcomes import Outcome, record
from support.producers import EFFECTS

from launcher import mail_store, services
from shared.contracts.events import AccountClosed, AccountRequested, LetterBatched, LetterPrinted, MailSent

__all__ = ["make_world"]

ROUNDS = 4
TOLD = f"""
    select recipient from outbox join delivery
      on delivery.id = (convert_from(body, 'UTF8')::jsonb -> 'data' ->> 'delivery_id')::uuid
    where type = '{MailSent.type()}'
"""
"""Who got the mails that others were told of."""


async def test_five_deliveries_on_two_replicas_have_one_effect(running, world, chance):
    told = [one for _ in range(ROUNDS) for one in told_to(running)]
    requests = [document["data"]["request_id"] for _, document, kind in told if kind is AccountRequested]
    flow = Flow(running)  # notes every write of a space and of an account's state
    counts, others = Counts(running), await outboxes(world)
    began = time.monotonic()
    await publish(world, chance.sample(told * TIMES, len(told) * TIMES))
    missing = await world.missing(told, [services.package(name) for name in services.SERVICES])
    await letters_are("posted", world, requests)
    recipients = list(mailed(told))
    await until(lambda: sent(world, recipients), 60)
    expected = Counter(queue for _, _, kind in told for queue in bound_to(kind))
    duplicates = {queue: number * (TIMES - 1) for queue, number in expected.items()}
    # the letters that were batched and printed and the mails that were sent are told of, too: once each
    for kind, number in ((LetterBatched, len(requests)), (LetterPrinted, len(requests)), (MailSent, len(recipients))):
        expected.update(dict.fromkeys(bound_to(kind), number))
    await until(lambda: counts.reach(dict(expected), duplicates), 60)
    seconds = time.monotonic() - began

    effects = await counted(running, world, flow, told, requests)
    lost, doubled = sum(one == 0 for one in effects) + len(missing), sum(max(0, one - 1) for one in effects)
    seen = record(Outcome("F5", "each message 5 times", len(told), lost, doubled, counts.total("duplicate"), seconds))
    assert (seen.lost, seen.doubled) == (0, 0), missing
    assert await outboxes(world) == others, "handlers that say nothing have said something"
    assert await world.dead() == {}
    for queue in expected:
        assert all(counts.shares(queue)), f"one replica alone had all of {queue}"


async def outboxes(world):
    """Rows of the outboxes of the services whose handlers tell nothing further."""
    silent = [services.package(name) for name in services.SERVICES if name not in {"letters", "notifier"}]
    return {package: await world.rows(package, "select count(*) from outbox") for package in silent}


def mailed(told):
    """Everyone who is due one mail: those of the messages, and those whose letter is posted."""
    for _, document, kind in told:
        if kind is AccountRequested:
            yield document["data"]["email"]
        for effect in EFFECTS[kind.name]:
            if effect.table == "delivery":
                yield document["data"][effect.field]


async def sent(world, recipients):
    """Whether nothing is left to send to them."""
    names = ", ".join(f"'{recipient}'" for recipient in recipients)
    query = f"select count(*) from delivery where state = 'sent' and recipient in ({names})"
    return await world.rows("notifier", query) == [(len(recipients),)]


async def counted(running, world, flow, told, requests):
    """How often each thing came about that should have once: a write, a mail, an event that tells of a letter."""
    found = await asyncio.to_thread(flow.writes)
    mails = await asyncio.to_thread(mail_store.newest, running.places.mail, most=100_000)
    found.update(("mail", recipient) for mail in mails for recipient in mail.to)
    rows = await world.rows("letters", f"select body from outbox where type = '{LetterPrinted.type()}'")
    found.update(("letter", json.loads(body)["data"]["request_id"]) for (body,) in rows)
    found.update(("told of mail", recipient) for (recipient,) in await world.rows("notifier", TOLD))
    wanted = [(what, recipient) for what in ("mail", "told of mail") for recipient in mailed(told)]
    wanted += [("letter", request) for request in requests]
    for _, document, kind in told:
        # the closing of an account that is not there writes nothing down
        queues = () if kind is AccountClosed else bound_to(kind)
        watching = [service for service, (_, queue) in WATCHED.items() if queue in queues]
        wanted += [(service, document["data"]["person_id"]) for service in watching]
    return [found[one] for one in wanted]
