"""F5: what letters and the print shop tell each other, five times: a batch is printed once, its letters are posted once."""

import asyncio
import json
import time
from collections import Counter
from datetime import UTC, datetime

import pytest
from faults.whole import TIMES, Counts, letters_are, make_world, publish
from support.messaging import until
from support.outcomes import Outcome, record
from support.producers import told_by_each

from launcher import services
from print_shop.receipts import receipt_id
from shared.contracts.events import AccountRequested, LetterPrinted
from shared.contracts.print_batch import PrintBatch, PrintReceipt
from shared.messaging.envelope import seal_envelope

__all__ = ["make_world"]

LETTERS = 40
"""At least four batches."""
QUEUE = "letters.print-receipts"


@pytest.fixture
def no_shop(running):
    """Batches wait: what is told of them comes from the test."""
    running.do(running.system.end(services.PRINT_SHOP))
    yield
    if services.PRINT_SHOP not in running.system.children:
        running.do(running.system.begin(services.PRINT_SHOP))


async def test_manifests_and_receipts_told_five_times(running, world, chance, no_shop):
    counts = Counts(running)
    requests = await ask(world)
    batches = await letters_are("batched", world, requests)
    began = time.monotonic()
    told = [one for batch in await whole(world, batches) for one in receipts(*batch)]
    await publish(world, chance.sample(told * TIMES, len(told) * TIMES))
    await letters_are("posted", world, requests)
    again = {QUEUE: len(told) * (TIMES - 1)}
    await until(lambda: counts.reach({QUEUE: len(told)}, again), 60)

    copies = await manifests(world, batches) * (TIMES - 1)  # the first is there
    await publish(world, chance.sample(copies, len(copies)))
    await asyncio.to_thread(running.do, running.system.begin(services.PRINT_SHOP))
    # the shop tells the very same: that it has taken and printed the batch, and at each delivery that it is posted
    again[QUEUE] += len(batches) * (2 + TIMES)
    await until(lambda: counts.reach({QUEUE: len(told)}, again), 60)
    seconds = time.monotonic() - began

    effects = await counted(running, world, requests, batches)
    lost, doubled = sum(one == 0 for one in effects), sum(max(0, one - 1) for one in effects)
    events = len(told) + len(batches)
    seen = record(
        Outcome("F5", "manifests and receipts 5 times", events, lost, doubled, again[QUEUE] + len(copies), seconds)
    )
    assert (seen.lost, seen.doubled) == (0, 0)
    assert await world.dead() == {}
    assert all(counts.shares(QUEUE)), "one replica alone had them all"


async def ask(world):
    """Letters that are owed; the ids of their requests."""
    documents = [next(told_by_each(AccountRequested))[1] for _ in range(LETTERS)]
    await publish(world, [("", document, AccountRequested) for document in documents])
    return [document["data"]["request_id"] for document in documents]


async def whole(world, batches):
    """Id, letters and sheets of each."""
    ids = ", ".join(f"'{batch}'" for batch in batches)
    return await world.rows("letters", f"select id, letters, sheets from print_batch where id in ({ids})")


def receipts(batch, letters, sheets):
    """What the print shop will say of a batch: the very messages, by their ids."""
    now = datetime.now(UTC)
    for outcome, counted in (("taken", sheets), ("printed", sheets), ("posted", 0)):
        told = PrintReceipt(batch_id=batch, run=1, outcome=outcome, at=now, letters=letters, sheets=counted)
        yield outcome, json.loads(seal_envelope(told, now, receipt_id(told)).body), PrintReceipt


async def manifests(world, batches):
    """As they stand in the outbox of letters."""
    rows = await world.rows("letters", f"select body from outbox where type = '{PrintBatch.type()}'")
    documents = [json.loads(body) for (body,) in rows]
    ids = {str(batch) for batch in batches}
    return [("relay", one, PrintBatch) for one in documents if one["data"]["batch_id"] in ids]


async def counted(running, world, requests, batches):
    """How often each letter was told to be posted, and each batch was offered and printed: once is right."""
    told = (LetterPrinted.type(), PrintBatch.type())
    rows = await world.rows("letters", f"select body from outbox where type in {told}")
    found = Counter(
        document["data"].get("request_id") or document["data"]["batch_id"]
        for document in (json.loads(body) for (body,) in rows)
    )
    journal = running.places.letters / "spool" / "journal.jsonl"
    steps = Counter((line["step"], line["batch_id"]) for line in map(json.loads, journal.read_text().splitlines()))
    return (
        [found[request] for request in requests]
        + [found[str(batch)] for batch in batches]
        + [steps["printing", str(batch)] for batch in batches]
    )
