"""A batch goes through its steps once, wherever the worker dies between two of them."""

import os
from uuid import uuid4

import pytest

from print_shop.journal import Journal, Step
from print_shop.receipts import receipt_id
from print_shop.spool import Spool, SpoolInUseError
from shared.messaging.failures import BrokerUnavailableError
from shared.security.key_ring import KeyRing, encode_key

WHOLE = ["spooled", "taken-told", "printing", "printed", "end-told"]


def outcomes(receipts):
    return [receipt.outcome for receipt in receipts]


async def test_the_whole_way(shop, offered, letters, served):
    batch = offered()
    async with shop.life() as (worker, _):
        record = await worker.accept(batch)
        assert shop.spooled() == [f"{batch.batch_id}-1"]
        await worker.finish(record)
    assert shop.steps(batch) == WHOLE
    assert shop.printed() == [f"{batch.serial}.pdf"]
    assert shop.spooled() == [], "a printed batch leaves the spool"
    taken, printed = await letters.receipts()
    assert (taken.outcome, printed.outcome) == ("taken", "printed")
    assert {(one.batch_id, one.run) for one in (taken, printed)} == {(batch.batch_id, 1)}
    assert taken.at <= printed.at
    assert served.asked == [batch.fetch_path]


async def test_files_are_for_the_worker_alone(shop, offered, letters):
    batch = offered()
    async with shop.life() as (worker, _):
        record = await worker.accept(batch)
        files = [path for path in shop.spool_folder.rglob("*") if path.is_file()]
        await worker.finish(record)
    files += list(shop.printed_folder.iterdir())
    assert len(files) >= 4
    assert {path.stat().st_mode & 0o077 for path in files if path.exists()} == {0}


@pytest.mark.parametrize("steps", range(4))
async def test_a_crash_between_two_steps(shop, offered, letters, steps):
    batch = offered()
    async with shop.life() as (worker, _):
        record = await worker.accept(batch)
        for step in (worker.tell_taken, worker.print, worker.tell_end)[:steps]:
            await step(record)
    async with shop.life() as (worker, _):
        await worker.resume()
    assert shop.steps(batch) == WHOLE
    assert shop.printed() == [f"{batch.serial}.pdf"]
    assert shop.spooled() == []
    assert outcomes(await letters.receipts()) == ["taken", "printed"]


async def test_a_crash_after_a_receipt_and_before_its_line_repeats_the_receipt_with_the_same_id(shop, offered, letters):
    batch = offered()
    async with shop.life() as (worker, _):
        await worker.finish(await worker.accept(batch))
    journal = shop.spool_folder / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    assert '"end-told"' in lines[-1]
    journal.write_text("".join(lines[:-1]))
    async with shop.life() as (worker, _):
        await worker.resume()
    first, second, third = await letters.receipts()
    assert (second, second.outcome) == (third, "printed")
    assert letters.message_ids[1] == letters.message_ids[2] == str(receipt_id(batch.batch_id, 1, "printed"))
    assert first.outcome == "taken"


async def test_a_crash_between_printing_and_its_line_prints_nothing_again(shop, offered, letters, capfd):
    batch = offered()
    async with shop.life() as (worker, _):
        record = await worker.accept(batch)
        await worker.print(record)
    path = shop.printed_folder / f"{batch.serial}.pdf"
    inode = path.stat().st_ino
    journal = shop.spool_folder / "journal.jsonl"
    journal.write_text(
        "".join(line for line in journal.read_text().splitlines(keepends=True) if '"printed"' not in line)
    )
    async with shop.life() as (worker, _):
        await worker.resume()
    assert path.stat().st_ino == inode, "the printed file was not written again"
    assert "not printed again" in capfd.readouterr().out
    assert outcomes(await letters.receipts()) == ["taken", "printed"]


async def test_a_print_that_was_cut_short_is_printed_again_and_said_so(shop, offered, letters, capfd):
    batch = offered()
    async with shop.life() as (worker, _):
        record = await worker.accept(batch)
        await worker.tell_taken(record)
    Journal(shop.spool_folder / "journal.jsonl").write((batch.batch_id, 1), batch.serial, Step.PRINTING)
    async with shop.life() as (worker, _):
        await worker.resume()
    assert shop.printed() == [f"{batch.serial}.pdf"]
    assert "PRINTED AGAIN" in capfd.readouterr().out
    assert outcomes(await letters.receipts()) == ["taken", "printed"]


async def test_the_same_manifest_again_prints_once_and_tells_again(shop, offered, letters, served):
    batch = offered()
    async with shop.life() as (worker, _):
        await worker.finish(await worker.accept(batch))
        inode = (shop.printed_folder / f"{batch.serial}.pdf").stat().st_ino
        await worker.finish(await worker.accept(batch))
    assert served.asked == [batch.fetch_path], "not fetched again"
    assert (shop.printed_folder / f"{batch.serial}.pdf").stat().st_ino == inode
    assert outcomes(await letters.receipts()) == ["taken", "printed", "printed"]


async def test_a_second_run_is_another_print_with_another_name(shop, offered, letters):
    first = offered()
    async with shop.life() as (worker, _):
        await worker.finish(await worker.accept(first))
        again = offered(batch_id=first.batch_id, run=2, serial=first.serial)
        await worker.finish(await worker.accept(again))
    assert shop.printed() == [f"{first.serial}-run2.pdf", f"{first.serial}.pdf"]
    assert [one.run for one in await letters.receipts()] == [1, 1, 2, 2]


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ({"sealed_sha256": "0" * 64}, "SHA-256 of the sealed file"),
        ({"sealed_bytes": 10}, "11 bytes, the manifest says 10"),
        ({"sealed_bytes": 10**6}, "the manifest says 1000000"),
        ({"pdf_sha256": "0" * 64}, "SHA-256 of the PDF"),
        ({"key_id": "shop-9"}, "no private key shop-9"),
        ({"sheets": 3}, "2 pages, 3 sheets and 2 letters"),
        ({"pdf": b"no pdf at all"}, "not a readable PDF"),
    ],
)
async def test_a_batch_that_is_not_its_manifest_is_refused(shop, offered, letters, lie, reason, capfd):
    batch = offered(**lie)
    async with shop.life() as (worker, _):
        await worker.finish(await worker.accept(batch))
        await worker.finish(await worker.accept(batch))
    assert shop.printed() == []
    assert shop.spooled() == []
    assert shop.aside() == [f"{batch.batch_id}-1"], "kept for people to look at"
    receipts = [one for one in await letters.receipts() if one.outcome != "taken"]
    assert outcomes(receipts) == ["refused", "refused"]
    assert reason in receipts[0].reason
    assert "BATCH REFUSED" in capfd.readouterr().out


async def test_another_key_opens_nothing(shop, offered, letters):
    batch = offered()
    async with shop.life(KeyRing.parse(f"shop-1:{encode_key(b's' * 32)}")) as (worker, _):
        await worker.finish(await worker.accept(batch))
    assert outcomes(await letters.receipts()) == ["taken", "refused"]
    assert shop.printed() == []


async def test_altered_on_its_way_is_refused(shop, offered, letters, served):
    batch = offered()
    sealed = bytearray(served.files[batch.fetch_path])
    sealed[100] ^= 1
    served.files[batch.fetch_path] = bytes(sealed)
    async with shop.life() as (worker, _):
        await worker.finish(await worker.accept(batch))
    (receipt,) = await letters.receipts()
    assert receipt.outcome == "refused"


async def test_a_refusal_not_yet_told_is_told_after_a_crash(shop, offered, letters):
    batch = offered(sealed_sha256="0" * 64)
    async with shop.life() as (worker, _):
        await worker.accept(batch)
    async with shop.life() as (worker, _):
        await worker.resume()
    assert outcomes(await letters.receipts()) == ["refused"]
    assert shop.aside() == [f"{batch.batch_id}-1"]


async def test_never_over_a_file_of_the_same_name(shop, offered, letters):
    batch = offered()
    shop.printed_folder.mkdir(parents=True)
    (shop.printed_folder / f"{batch.serial}.pdf").write_bytes(b"somebody's")
    async with shop.life() as (worker, _):
        await worker.finish(await worker.accept(batch))
    assert (shop.printed_folder / f"{batch.serial}.pdf").read_bytes() == b"somebody's"
    assert outcomes(await letters.receipts()) == ["taken", "refused"]


async def test_a_spool_that_lost_a_batch_says_so(shop, offered, letters):
    batch = offered()
    async with shop.life() as (worker, _):
        await worker.accept(batch)
    (shop.spool_folder / "batches" / f"{batch.batch_id}-1" / "batch.sealed").unlink()
    async with shop.life() as (worker, _):
        await worker.resume()
    assert (await letters.receipts())[-1].reason == "the batch was lost from the spool"


async def test_without_a_broker_the_batch_stays_in_the_spool(offline_shop, offered):
    batch = offered()
    async with offline_shop.life() as (worker, _):
        record = await worker.accept(batch)
        with pytest.raises(BrokerUnavailableError):
            await worker.finish(record)
    assert offline_shop.steps(batch) == ["spooled"]
    assert offline_shop.spooled() == [f"{batch.batch_id}-1"]


def test_a_torn_last_line_of_the_journal_did_not_happen(tmp_path):
    journal = Journal(tmp_path / "journal.jsonl")
    key = (uuid4(), 1)
    journal.write(key, "S-1", Step.SPOOLED)
    whole = (tmp_path / "journal.jsonl").read_bytes()
    for cut in (10, len(whole) - 1):
        with (tmp_path / "journal.jsonl").open("wb") as file:
            file.write(whole + whole.replace(b"spooled", b"printed")[:cut])
            os.fsync(file.fileno())
        again = Journal(tmp_path / "journal.jsonl")
        again.write(key, "S-1", Step.TAKEN_TOLD)
        read = Journal(tmp_path / "journal.jsonl").get(key)
        assert read is not None
        assert set(read.at) >= {Step.SPOOLED, Step.TAKEN_TOLD}
        assert Step.PRINTED not in read.at


def test_one_worker_a_spool(tmp_path):
    first = Spool(tmp_path)
    with pytest.raises(SpoolInUseError):
        Spool(tmp_path)
    first.close()
    Spool(tmp_path).close()
