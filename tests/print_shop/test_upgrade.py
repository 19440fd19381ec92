"""What an earlier version left on the disk: printed ones are told by today's words, unprinted ones are refused."""

import json
from uuid import uuid4

import pytest

from print_shop.record import Record
from print_shop.steps import State
from shared.contracts.print_batch import PrintBatchV1

from .conftest import later_run
from .test_journal import old_lines


@pytest.fixture
def left(shop):
    """A spool of an earlier version with one batch of two letters, which went through these steps."""

    def leave(*steps):
        batch_id = uuid4()
        batch = PrintBatchV1(
            batch_id=batch_id, serial="20261101-OLD", run=1, letter_ids=(uuid4(), uuid4()), sheets=2, key_id="shop-1",
            fetch_path=f"/impression/lots/{batch_id}", sealed_bytes=6, sealed_sha256="0" * 64, pdf_sha256="0" * 64,
        )  # fmt: skip
        folder = shop.spool_folder / "batches" / f"{batch_id}-1"
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(batch.model_dump_json())
        (folder / "batch.sealed").write_bytes(b"sealed")
        journal = shop.spool_folder / "journal.jsonl"
        journal.write_text(old_lines(Record(batch_id, batch.serial, 1), *steps))
        return batch

    return leave


def told(receipts):
    return [(one.outcome, one.letters, one.sheets) for one in receipts]


async def test_printed_and_posted_but_not_told(shop, left, letters):
    left("spooled", "taken-told", "printing", "printed")
    async with shop.life() as life:
        await life.worker.resume()
        assert [record.ended for record in life.shop.journal.records()] == [True]
    assert told(await letters.receipts()) == [("taken", 2, 2), ("printed", 2, 2), ("posted", 2, 0)]
    assert shop.spooled() == []


@pytest.mark.parametrize("steps", [["spooled"], ["spooled", "taken-told"]])
async def test_not_printed(shop, left, letters, steps):
    left(*steps)
    async with shop.life() as life:
        await life.worker.resume()
    (receipt,) = await letters.receipts()
    assert receipt.outcome == "refused"
    assert "n’est pas signé" in receipt.reason
    assert shop.printed() == []
    assert len(shop.aside()) == 1


async def test_refused_but_not_told(shop, left, letters):
    left("refused")
    async with shop.life() as life:
        await life.worker.resume()
    assert told(await letters.receipts()) == [("refused", 0, 0)]


async def test_perhaps_printed(shop, left, letters):
    batch = left("spooled", "taken-told", "printing")
    async with shop.life() as life:
        await life.worker.resume()
        (record,) = life.shop.journal.records()
        assert record.state is State.IN_DOUBT
        life.printing.was_printed(record)
        await life.worker.resume()
    assert told(await letters.receipts())[1:] == [("printed", 2, 2), ("posted", 2, 0)]
    assert shop.steps(batch)[-1] == "end-told"


async def test_perhaps_printed_it_can_not_be_printed_again(shop, left, letters):
    left("spooled", "taken-told", "printing")
    async with shop.life() as life:
        await life.worker.resume()
        record = await life.printing.print(life.shop.journal.records()[0], "bourrage")
    assert record.state is State.REFUSED
    assert shop.printed() == []


async def test_posted_by_an_earlier_version_and_offered_again_by_todays_letters(shop, offered, letters, served):
    batch = offered()
    shop.spool_folder.mkdir()
    steps = ("spooled", "taken-told", "printing", "printed", "end-told")
    journal = shop.spool_folder / "journal.jsonl"
    journal.write_text(old_lines(Record(batch.batch_id, batch.serial, 1), *steps))
    async with shop.life() as life:
        await life.through(later_run(batch))
    assert served.asked == []
    assert told(await letters.receipts()) == [("taken", 2, 3), ("printed", 2, 3), ("posted", 2, 0)]
    assert json.loads(journal.read_text().splitlines()[-1])["run"] == 2
