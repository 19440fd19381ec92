"""The worker dies by kill -9 between any two steps: nothing is printed twice, and nothing is lost.

The dying one is the real program with a real broker; a fault point lets it die exactly there (``faults/armed.py``).
"""

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from print_shop.steps import State
from shared.contracts.print_batch import PrintBatch, PrintReceipt

from .at_work import collected, until, working
from .private_cups import QUEUE

ARMED = Path(__file__).parents[1] / "faults" / "armed.py"
STEPS = ("spooled", "owned", "taken-told", "printing", "printed", "printed-told", "posted", "end-told")
AROUND = [f"{when}-commit journal {step}" for step in STEPS for when in ("before", "after")]
POINTS = [
    *AROUND,
    "before-ack print-shop.batches",
    f"after-publish {PrintReceipt.type()}",
    f"after-print {PrintBatch.type()}",
]


@pytest.fixture
def dies(shop, tmp_path):
    """Runs a verb of the program that dies at a point."""
    arms = tmp_path / "arms"
    arms.mkdir()

    async def die(point, *words):
        (arms / point).touch()
        log = (tmp_path / "log").open("w+")
        command = [sys.executable, str(ARMED), "print_shop", str(arms), *map(str, words)]
        program = subprocess.Popen(command, env=shop.environment, stdout=log, stderr=log)  # noqa: ASYNC220
        try:
            await asyncio.to_thread(program.wait, 20)
        finally:
            program.kill()
            log.seek(0)
            said = log.read()
            log.close()
        assert program.returncode == -signal.SIGKILL, said

    return die


@pytest.mark.parametrize("point", POINTS)
async def test_to_a_folder(shop, offered, letters, queues, dies, point):
    batch = offered()
    await letters.offer(batch)
    await dies(point, "run", "--folder", shop.printed_folder)
    told = await letters.receipts()
    async with working(shop) as life:
        await until(lambda: (found := life.shop.journal.get(batch.batch_id)) and found.ended)
        assert life.record(batch).state is State.POSTED
        await until(lambda: not shop.spooled())
        await until(lambda: queues.is_empty("print-shop.batches"))
    told += await letters.receipts()
    assert shop.printed() == [f"{batch.serial}.pdf"], "one file, and nothing hidden"
    assert shop.steps(batch).count("printed") == 1
    assert "in-doubt" not in shop.steps(batch)
    # each is told; what was told twice is told by the same id, and is one to letters
    distinct = dict(zip(letters.message_ids, told, strict=True))
    assert [one.outcome for one in distinct.values()] == ["taken", "printed", "posted"]
    assert {one.run for one in distinct.values()} == {batch.run}


CUPS_POINTS = [
    "before-commit journal printing",
    "after-commit journal printing",
    f"after-print {PrintBatch.type()}",
    "before-commit journal printed",
    "after-commit journal printed",
]


@pytest.mark.parametrize("point", CUPS_POINTS)
async def test_to_a_printer(shop, offered, letters, cups, dies, point):
    batch = offered()
    await letters.offer(batch)
    await dies(point, "run", "--printer", QUEUE)
    async with working(shop, queue=QUEUE) as life:
        told = await collected(letters, 3)
        assert life.record(batch).state is State.POSTED
    assert len(cups.given(batch.serial)) == 1, "one document reached the press"
    assert "in-doubt" not in shop.steps(batch)
    assert [one.outcome for one in told] == ["taken", "printed", "posted"]


async def test_while_the_printer_prints(shop, offered, letters, cups):
    batch = offered()
    paper = cups.tell("stop-at-2")
    program = subprocess.Popen(  # noqa: ASYNC220
        shop.command("run", "--printer", QUEUE), env=shop.environment, stdout=subprocess.DEVNULL
    )
    try:
        await letters.offer(batch)
        await until(lambda: cups.given(batch.serial))
    finally:
        program.kill()
        await asyncio.to_thread(program.wait, 10)
    async with working(shop, queue=QUEUE) as life:
        await until(lambda: (found := life.shop.journal.get(batch.batch_id)) and found.state is State.PRINTING)
        paper.unlink()
        told = await collected(letters, 3)
    assert len(cups.given(batch.serial)) == 1
    assert [(one.outcome, one.sheets) for one in told] == [("taken", 3), ("printed", 3), ("posted", 0)]


@pytest.mark.parametrize(
    "point",
    [
        "before-commit journal posted",
        "after-commit journal posted",
        f"after-publish {PrintReceipt.type()}",
        "after-commit journal end-told",
    ],
)
async def test_while_the_operator_says_what_is_posted(shop, offered, letters, dies, point):
    batch = offered()
    async with shop.life(post_at_once=False) as life:
        await life.through(batch)
    await letters.receipts()
    words = ("done", batch.serial, "--spoiled", "2", "--yes")
    await dies(point, *words)
    again = await asyncio.to_thread(subprocess.run, shop.command(*words), env=shop.environment, check=False, timeout=20)
    assert again.returncode == 0
    told = await letters.receipts()
    assert {one.spoiled_letter_ids for one in told} == {(batch.letters[1].id,)}
    assert len(set(letters.message_ids)) == 3, "taken, printed, and posted once"
    assert shop.spooled() == []
