"""F13: messages of earlier and later producers, to today's services and to those of before the newest migration.

Real processes on the real broker; each message must have its effect in the tables of each service that consumes it.
"""

import json
import time
from contextlib import AsyncExitStack

import pytest
from faults.whole import bound_to
from support.at_work import World
from support.code_of import TOP, messages_of, missing_package, previous_code, queues_of, start
from support.every_service import PACKAGES, SETTINGS
from support.outcomes import Outcome, record
from support.producers import EFFECTS, KINDS, told_by_each

from shared.contracts.events import AccountRequested
from shared.contracts.print_batch import PRINT_MESSAGES, PrintBatch, PrintBatchV1, PrintReceipt, PrintReceiptV1
from shared.contracts.print_manifest import PrintManifest
from shared.contracts.schemas import MESSAGES
from shared.security.key_ring import KeyRing
from shared.security.signing import signed_text


@pytest.fixture
async def world(new_database, broker_url, tmp_path):
    async with AsyncExitStack() as stack:
        yield World(new_database, broker_url, tmp_path, stack)


def test_every_consumer_of_every_message_has_its_effect_looked_at():
    assert {kind for kind in MESSAGES if kind not in KINDS} == set(PRINT_MESSAGES)
    definitions = json.loads((TOP / "deploy" / "broker" / "definitions.json").read_text())
    for kind in KINDS:
        bound = [row for row in definitions["bindings"] if row["routing_key"] == kind.routing_key()]
        owners = {row["destination"].split(".")[0].replace("-", "_") for row in bound}
        assert {effect.package for effect in EFFECTS[kind.name]} == owners


async def test_earlier_and_later_producers(world):
    async with world.serving(PACKAGES, {}):
        await tell_everything(world, PACKAGES, "producers to services of today")


@pytest.mark.parametrize("package", PACKAGES)
async def test_code_of_before_the_newest_migration_on_the_newest_schema(package, world, tmp_path):
    """The second half of a rolling upgrade: the database is migrated, and old replicas still work on it."""
    code = previous_code(package, tmp_path / "before")
    if not code:
        pytest.skip("no earlier code: no git history, or no second migration yet")
    if needed := missing_package(package, code):
        pytest.skip(f"the earlier code needs {needed}, which is no longer installed")
    async with world.serving([package], {package: code}):
        case = f"producers to {package} of before its migration"
        await tell_everything(world, [package], case, queues_of(package, code), messages_of(code))


async def tell_everything(world, packages, case, queues=None, types=None):
    """Every golden message in three ways; each has its effect in each of these services, and none is a dead letter.

    ``queues``: those that earlier code consumes. What waits in a queue that it does not know has its effect later.
    ``types``: the messages that it knows. A producer of another is not started before it is gone (see the rolling test).
    """
    told = [
        (name, document, kind)
        for kind in KINDS
        if any(effect.package in packages for effect in EFFECTS[kind.name])
        if queues is None or queues & set(bound_to(kind))
        if types is None or kind.type() in types
        for name, document in told_by_each(kind)
    ]
    assert told
    for _, document, kind in told:
        await world.publish(kind, document)
    began = time.monotonic()
    missing = await world.missing(told, packages, queues)
    record(Outcome("F13", case, len(told), len(missing), 0, None, time.monotonic() - began))
    assert (missing, await world.dead()) == ([], {})


async def test_earlier_and_later_print_shops_and_their_letters(world, tmp_path):
    """Receipts for real batches, told as each producer tells them; then manifests, told so, to a real print shop: those of
    now are printed, and those that nobody signed are refused, so that their letters are made anew."""
    one_letter_each = {"print_batch_max_letters": "1", "print_batch_max_age_seconds": "0.1"}
    async with world.serving(["letters"], {}, **one_letter_each) as addresses:
        receipts = [(kind, told) for kind in (PrintReceipt, PrintReceiptV1) for _, told in told_by_each(kind)]
        manifests = [told for _, told in told_by_each(PrintBatch)]
        unsigned = [told for _, told in told_by_each(PrintBatchV1)]
        batches = await made_batches(world, len(receipts) + len(manifests) + len(unsigned))
        for kind, receipt in receipts:
            batch = batches.pop()
            spoils = "spoiled_letter_ids" in receipt["data"]
            about = {"batch_id": str(batch.batch_id), "run": batch.run}
            now = {"outcome": "posted", "letters": 0 if spoils else 1, "sheets": 0}
            receipt["data"] |= about | (now if kind is PrintReceipt else {"outcome": "printed"})
            receipt["data"] |= {"spoiled_letter_ids": [str(one) for one in batch.letter_ids]} if spoils else {}
            await world.publish(kind, receipt)
        await world.until_count("letters", "select count(*) from print_batch where state = 'printed'", len(receipts))
        whole = sum("spoiled_letter_ids" not in receipt["data"] for _, receipt in receipts)
        await world.until_count("letters", "select count(*) from letter where posted_at is not null", whole)
        offers = dict(await world.rows("letters", f"select id, body from outbox where type = '{PrintBatch.type()}'"))
        signed = {json.loads(body)["data"]["batch_id"]: json.loads(body)["data"] for body in offers.values()}
        printed = {str(batches.pop().batch_id): manifest for manifest in manifests}
        for batch_id, manifest in printed.items():
            manifest["data"] |= signed[batch_id]
            await world.publish(PrintBatch, manifest)
        refused = {str(batches.pop().batch_id): manifest for manifest in unsigned}
        for batch_id, manifest in refused.items():
            manifest["data"] |= {name: signed[batch_id][name] for name in ("batch_id", "serial", "run")}
            await world.publish(PrintBatchV1, manifest)
        told = world.shop(addresses["letters"], tmp_path / "spool")
        shop = start("print_shop", ["run", "--folder", str(tmp_path / "printed")], told, [], tmp_path)
        try:
            for state, which in (("printed", printed), ("refused", refused)):
                ids = ", ".join(f"'{batch_id}'" for batch_id in which)
                ended = f"select count(*) from print_batch where state = '{state}' and id in ({ids})"
                await world.until_count("letters", ended, len(which), 60)
        finally:
            shop.stop(20)
        assert shop.status == 0, shop.obituary()
        names = {path.name for path in (tmp_path / "printed").iterdir()}
        missing = {f"{signed[batch_id]['serial']}.pdf" for batch_id in printed} - names
        record(Outcome("F13", "print shops and letters", len(receipts) + len(manifests), len(missing), 0))
        assert (missing, await world.dead()) == (set(), {})
        assert not {f"{signed[batch_id]['serial']}.pdf" for batch_id in refused} & names


async def made_batches(world, number):
    """Manifests of that many real batches, of one letter each."""
    keys = KeyRing.parse(SETTINGS["manifest_verifying_keys"])
    for _ in range(number):
        _, document = next(told_by_each(AccountRequested))
        await world.publish(AccountRequested, document)
    offered = await world.taken("print-shop", "print-shop.batches", number)
    return [PrintManifest.model_validate_json(signed_text(keys, one["signed_manifest"])) for one in offered]
