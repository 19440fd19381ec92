"""From the queue to the folder, on a real broker: acknowledged when on disk, once each, and stopped in order."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from uuid import uuid4

import pytest

from print_shop.steps import State
from shared.contracts.print_batch import PrintBatch, PrintBatchV1
from shared.messaging import fault_points
from shared.security.key_ring import KeyRing, encode_key
from shared.security.signing import sign

from .at_work import BOUND, collected, until, working
from .conftest import SEEDS, TOKEN, later_run, signed

TOLD = ["taken", "printed", "posted"]
FROM_THE_FUTURE = {
    "specversion": "1.0", "id": "5f8d7b8e-8f4b-4c7e-9b1a-0b1c2d3e4f50", "source": "/services/letters", "subject": "x",
    "type": "fr.espace.print-batch.v9", "time": "2026-11-23T10:00:00Z", "data": {},
}  # fmt: skip
OTHER_KEY = KeyRing.parse(f"letters-1:{encode_key(os.urandom(32))}")
OTHER_NAME = KeyRing.parse(f"letters-9:{encode_key(SEEDS.current[1])}")


async def test_two_batches_one_after_the_other(shop, offered, letters, queues):
    first, second = offered(), offered(letters=1)
    await letters.offer(first)
    await letters.offer(second)
    async with working(shop):
        told = await collected(letters, 6)
    assert [(one.batch_id, one.outcome) for one in told] == [
        (batch.batch_id, outcome) for batch in (first, second) for outcome in TOLD
    ]
    assert shop.printed() == sorted(f"{batch.serial}.pdf" for batch in (first, second))
    assert await queues.count("print-shop.batches") == 0


async def test_the_same_manifest_five_times_prints_once(shop, offered, letters):
    batch = offered()
    for _ in range(5):
        await letters.offer(batch)
    async with working(shop):
        told = await collected(letters, 7)
    assert [one.outcome for one in told] == TOLD + ["posted"] * 4
    assert shop.printed() == [f"{batch.serial}.pdf"]
    assert shop.steps(batch).count("printing") == 1


async def test_what_letters_did_not_sign_is_buried_and_holds_nobody(shop, offered, letters, queues, capfd):
    batch, other = offered(), offered()
    forged = (
        signed(batch, OTHER_KEY),
        signed(batch, OTHER_NAME),
        signed(batch).model_copy(update={"signed_manifest": "unsigned"}),
        signed(batch, batch_id=other.batch_id),
        signed(batch, serial="20261123-OTHER"),
        signed(later_run(batch), run=1),
    )
    for one in forged:
        await letters.offer(one)
    await letters.offer(other)
    async with working(shop):
        told = await collected(letters, 3)
    assert {one.batch_id for one in told} == {other.batch_id}, "nobody is told of what letters did not say"
    reasons = [await queues.dead() for _ in forged]
    assert [reason.removeprefix("not said by letters: ") for reason in reasons] == [
        "the signature does not fit the text",
        "signed with the key 'letters-9', which is not among those that may sign",
        "signed with the key 'unsigned', which is not among those that may sign",
        *["the signed manifest is of another batch or run than its message"] * 3,
    ]
    assert capfd.readouterr().out.count("MANIFEST NOT SIGNED BY LETTERS") == len(forged)
    assert shop.printed() == [f"{other.serial}.pdf"]


async def test_bad_messages_are_buried_with_their_reason_and_hold_nobody(shop, offered, letters, queues):
    await letters.send(b"{not json")
    await letters.send(json.dumps(FROM_THE_FUTURE).encode())
    batch = offered()
    no_manifest = PrintBatch(batch_id=uuid4(), serial="SIGNED", run=1, signed_manifest=sign(SEEDS, b'{"run": "x"}'))
    await letters.offer(no_manifest)
    await letters.offer(batch)
    async with working(shop):
        await collected(letters, 3)
    reasons = [await queues.dead() for _ in range(3)]
    assert reasons[0].startswith("undecodable: not an envelope")
    assert reasons[1] == "undecodable: unknown type fr.espace.print-batch.v9"
    assert reasons[2].startswith("undecodable: not a manifest: batch_id, closed_at, ")
    assert shop.printed() == [f"{batch.serial}.pdf"]


async def test_an_unsigned_manifest_of_before_is_refused_so_that_its_letters_are_made_anew(shop, letters):
    batch = PrintBatchV1(
        batch_id=uuid4(), serial="20261101-OLD", run=1, letter_ids=(uuid4(),), sheets=1, key_id="shop-1",
        fetch_path=f"/impression/lots/{uuid4()}", sealed_bytes=1, sealed_sha256="0" * 64, pdf_sha256="0" * 64,
    )  # fmt: skip
    for _ in range(2):
        await letters.offer(batch)
    async with working(shop):
        first, again = await collected(letters, 2)
    assert (first.outcome, first.run, first.letters) == ("refused", 1, 0)
    assert "n’est pas signé" in first.reason
    assert again == first
    assert shop.served.asked == []


async def test_a_batch_that_nobody_has_is_buried(shop, offered, letters, queues, served):
    gone = offered()
    served.failures = [410]
    await letters.offer(gone)
    async with working(shop):
        assert await until(queues.dead) == "permanent: the batch is no longer offered"
    assert shop.spooled() == []


async def test_an_offer_that_another_replaced_is_dropped(shop, offered, letters, queues, served):
    batch = offered()
    served.superseded.add(batch.fetch_path)
    later = later_run(batch)
    served.files[later.fetch_path] = served.files[batch.fetch_path]
    await letters.offer(batch)
    await letters.offer(later)
    async with working(shop):
        told = await collected(letters, 3)
    assert {one.run for one in told} == {2}
    assert await queues.dead() == ""


async def test_stopped_while_the_gateway_is_away_the_manifest_goes_back(shop, offered, letters, served, queues):
    batch = offered()
    served.failures = [503] * 1000
    await letters.offer(batch)
    async with working(shop):
        await until(lambda: served.asked)
    served.failures = []

    async def back():
        return await queues.count("print-shop.batches") == 1

    await until(back)
    async with working(shop):
        await collected(letters, 3)
    assert shop.printed() == [f"{batch.serial}.pdf"]


async def test_what_an_earlier_life_left_is_finished_at_start(shop, offered, letters):
    batch = offered()
    async with shop.life() as life:
        await life.take(batch)
    async with working(shop):
        told = await collected(letters, 3)
    assert [one.outcome for one in told] == TOLD


async def test_while_one_worker_is_busy_the_other_has_the_rest_of_the_queue(shop, other_shop, offered, letters, cups):
    batches = [offered() for _ in range(4)]
    busy = cups.tell("stop-at-1")
    for batch in batches:
        await letters.offer(batch)
    async with working(shop, queue="presse") as slow:
        await until(lambda: any(record.state is State.PRINTING for record in slow.shop.journal.records()))
        async with working(other_shop):
            await until(lambda: len(other_shop.printed()) == 3)
        busy.unlink()
        told = await collected(letters, 12)
    assert sorted(str(one.batch_id) for one in told if one.outcome == "posted") == sorted(
        str(batch.batch_id) for batch in batches
    )
    assert len(slow.shop.journal.records()) == 1


class DiedError(Exception):
    """Instead of kill -9, within this process."""


async def test_given_to_one_that_died_before_its_acknowledgement_it_is_not_printed_by_the_other(
    shop, other_shop, offered, letters, queues, monkeypatch
):
    batch = offered()
    await letters.offer(batch)

    def die(point, where):
        if point == "before-ack":
            raise DiedError

    monkeypatch.setattr(fault_points, "_hooks", [die])
    async with shop.life() as life:
        with pytest.raises(DiedError):
            await life.intake.run()
    monkeypatch.setattr(fault_points, "_hooks", [])
    async with working(other_shop) as other:
        await until(lambda: (found := other.shop.journal.get(batch.batch_id)) and found.state is State.LEFT)
        assert other_shop.printed() == []
        async with working(shop):
            told = await collected(letters, 3)
    assert (shop.printed(), other_shop.printed()) == ([f"{batch.serial}.pdf"], [])
    assert [one.outcome for one in told] == TOLD
    assert await queues.count("print-shop.batches") == 0


async def test_the_program_prints_and_ends_in_order(shop, offered, letters):
    batch = offered()
    program = subprocess.Popen(  # noqa: ASYNC220
        shop.command("run", "--folder", shop.printed_folder), env=shop.environment,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        await letters.offer(batch)
        told = await collected(letters, 3)
        program.send_signal(signal.SIGTERM)
        output, _ = await asyncio.to_thread(program.communicate, timeout=BOUND)
    finally:
        program.kill()
    assert program.returncode == 0, output
    assert [one.outcome for one in told] == TOLD
    assert shop.printed() == [f"{batch.serial}.pdf"]
    assert all(json.loads(line)["service"] == "print-shop" for line in output.splitlines())
    assert '"event": "batch printed"' in output
    assert TOKEN not in output


def test_the_worker_needs_no_database_and_no_web_framework():
    absent = ["sqlalchemy", "asyncpg", "fastapi", "starlette", "letters"]
    code = f"import sys; sys.modules.update(dict.fromkeys({absent})); import print_shop.__main__"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
