"""A batch goes through its steps once, wherever the worker ends between two of them."""

import pytest

from print_shop.receipts import receipt_id
from shared.messaging.failures import BrokerUnavailableError
from shared.security.key_ring import KeyRing, encode_key

WHOLE = ["spooled", "owned", "taken-told", "printing", "printed", "printed-told", "posted", "end-told"]
TOLD = ["taken", "printed", "posted"]


def outcomes(receipts):
    return [receipt.outcome for receipt in receipts]


async def test_the_whole_way(shop, offered, letters, served):
    batch = offered(letters=3)
    async with shop.life() as life:
        record = await life.take(batch)
        assert shop.spooled() == [str(batch.batch_id)]
        await life.worker.finish(record)
    assert shop.steps(batch) == WHOLE
    assert shop.printed() == [f"{batch.serial}.pdf"]
    assert shop.spooled() == [], "a posted batch leaves the spool"
    taken, printed, posted = await letters.receipts()
    assert outcomes([taken, printed, posted]) == TOLD
    assert {(one.batch_id, one.run) for one in (taken, printed, posted)} == {(batch.batch_id, 1)}
    assert [(one.letters, one.sheets) for one in (taken, printed, posted)] == [(3, 4), (3, 4), (3, 0)]
    assert taken.at <= printed.at <= posted.at
    assert served.asked == [batch.fetch_path]


async def test_files_are_for_the_worker_alone(shop, offered, letters):
    batch = offered()
    async with shop.life() as life:
        record = await life.take(batch)
        files = [path for path in shop.spool_folder.rglob("*") if path.is_file()]
        await life.worker.finish(record)
    files += [path for path in (*shop.printed_folder.iterdir(), *shop.spool_folder.rglob("*")) if path.is_file()]
    assert len(files) >= 5
    assert {path.stat().st_mode & 0o077 for path in files if path.exists()} == {0}


async def test_every_line_says_who(shop, offered, letters, monkeypatch):
    monkeypatch.setenv("SUDO_USER", "paulette")
    batch = offered()
    async with shop.life() as life:
        await life.through(batch)
    assert {line["who"] for line in shop.lines(batch)} == {"paulette"}


@pytest.mark.parametrize("kept", range(2, len(WHOLE)))
async def test_a_stop_between_two_steps(shop, offered, letters, kept):
    batch = offered()
    async with shop.life() as life:
        await life.through(batch)
    told_before = outcomes(await letters.receipts())
    cut_journal(shop, kept)
    put_back(shop, batch)
    if kept <= WHOLE.index("printing"):
        (shop.printed_folder / f"{batch.serial}.pdf").unlink()
    async with shop.life() as life:
        await life.worker.resume()
    assert shop.steps(batch) == WHOLE
    assert shop.printed() == [f"{batch.serial}.pdf"]
    assert shop.spooled() == []
    # what was told, and not noted, is told again by the same id
    told_after = outcomes(await letters.receipts())
    assert told_before == TOLD
    assert told_after == [one for one, step in zip(TOLD, (2, 5, 7), strict=True) if step >= kept]
    assert len(set(letters.message_ids)) == len(TOLD)


def cut_journal(shop, kept):
    journal = shop.spool_folder / "journal.jsonl"
    journal.write_text("".join(journal.read_text().splitlines(keepends=True)[:kept]))


def put_back(shop, batch):
    """The spooled files, which leave when the last step is noted."""
    folder = shop.spool_folder / "batches" / str(batch.batch_id)
    folder.mkdir()
    (shop.spool_folder / "ended" / f"{batch.batch_id}.json").rename(folder / "manifest.json")
    (folder / "batch.sealed").write_bytes(shop.served.files[batch.fetch_path])


async def test_the_same_manifest_again_prints_once_and_tells_its_end_again(shop, offered, letters, served):
    batch = offered()
    async with shop.life() as life:
        await life.through(batch)
        inode = (shop.printed_folder / f"{batch.serial}.pdf").stat().st_ino
        await life.through(batch)
    assert served.asked == [batch.fetch_path], "not fetched again"
    assert (shop.printed_folder / f"{batch.serial}.pdf").stat().st_ino == inode
    told = await letters.receipts()
    assert outcomes(told) == [*TOLD, "posted"]
    assert told[-1] == told[-2]
    assert letters.message_ids[-1] == letters.message_ids[-2] == str(receipt_id(told[-1]))


async def test_other_words_have_another_message_id(shop, offered, letters):
    batch = offered()
    async with shop.life() as life:
        await life.through(batch)
    *_, posted = await letters.receipts()
    spoiled = posted.model_copy(update={"spoiled_letter_ids": (batch.letters[0].id,), "letters": 1})
    later = posted.model_copy(update={"run": 2})
    assert len({receipt_id(one) for one in (posted, spoiled, later)}) == 3
    assert receipt_id(posted.model_copy()) == receipt_id(posted)


async def test_without_done_a_printed_batch_waits(shop, offered, letters):
    batch = offered()
    async with shop.life(post_at_once=False) as life:
        await life.through(batch)
    async with shop.life(post_at_once=False) as life:
        await life.worker.resume()
    assert shop.steps(batch) == WHOLE[:6]
    assert shop.spooled() == [str(batch.batch_id)]
    assert outcomes(await letters.receipts()) == TOLD[:2]


async def test_without_a_broker_the_batch_stays_in_the_spool(offline_shop, offered):
    batch = offered()
    async with offline_shop.life() as life:
        record = await life.take(batch)
        with pytest.raises(BrokerUnavailableError):
            await life.worker.finish(record)
    assert offline_shop.steps(batch) == ["spooled", "owned"]
    assert offline_shop.spooled() == [str(batch.batch_id)]


async def test_another_key_opens_nothing(shop, offered, letters):
    batch = offered()
    async with shop.life(KeyRing.parse(f"shop-1:{encode_key(b's' * 32)}")) as life:
        await life.through(batch)
    assert outcomes(await letters.receipts()) == ["refused"]
    assert shop.printed() == []


async def test_never_over_a_file_of_the_same_name(shop, offered, letters):
    batch = offered()
    shop.printed_folder.mkdir(parents=True)
    (shop.printed_folder / f"{batch.serial}.pdf").write_bytes(b"somebody's")
    async with shop.life() as life:
        await life.through(batch)
    assert (shop.printed_folder / f"{batch.serial}.pdf").read_bytes() == b"somebody's"
    assert outcomes(await letters.receipts()) == ["taken", "refused"]


async def test_a_spool_that_lost_a_batch_says_so(shop, offered, letters):
    batch = offered()
    async with shop.life() as life:
        await life.take(batch)
    (shop.spool_folder / "batches" / str(batch.batch_id) / "batch.sealed").unlink()
    async with shop.life() as life:
        await life.worker.resume()
    assert (await letters.receipts())[-1].reason == "le lot a disparu du disque de l’imprimerie"
