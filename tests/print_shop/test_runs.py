"""A batch that is offered again with a higher run is the same print, unless nobody here had the earlier one."""

import pytest

from print_shop.gateway import SupersededError
from print_shop.steps import State
from shared.messaging.failures import PermanentError

from .conftest import later_run


def again(served, manifest, run=2, **changes):
    """The next run, behind the gateway; the earlier one is no longer offered."""
    later = later_run(manifest, run, **changes)
    served.files[later.fetch_path] = served.files[manifest.fetch_path]
    served.superseded.add(manifest.fetch_path)
    return later


def told(receipts):
    return [(one.run, one.outcome, one.letters, one.sheets) for one in receipts]


async def test_posted_here_it_is_not_printed_again_and_all_of_it_is_told_for_the_new_run(
    shop, offered, letters, served
):
    first = offered()
    async with shop.life() as life:
        await life.through(first)
        before = await letters.receipts()
        await life.through(again(served, first))
    assert shop.printed() == [f"{first.serial}.pdf"]
    assert served.asked == [first.fetch_path]
    after = await letters.receipts()
    assert told(before) == [(1, "taken", 2, 3), (1, "printed", 2, 3), (1, "posted", 2, 0)]
    assert told(after) == [(2, *rest) for _, *rest in told(before)]
    assert [one.at for one in after] == [one.at for one in before]


async def test_printed_here_and_not_posted_it_waits_for_done_and_is_told_for_the_new_run(
    shop, offered, letters, served
):
    first = offered()
    async with shop.life(post_at_once=False) as life:
        await life.through(first)
        await letters.receipts()
        record = await life.through(again(served, first))
        assert (record.state, record.run) == (State.TO_POST, 2)
        assert told(await letters.receipts()) == [(2, "taken", 2, 3), (2, "printed", 2, 3)]
    async with shop.life() as life:
        await life.worker.resume()
    assert told(await letters.receipts()) == [(2, "posted", 2, 0)]


async def test_refused_here_it_is_refused_again(shop, offered, letters, served):
    first = offered(pdf_sha256="0" * 64)
    async with shop.life() as life:
        await life.through(first)
        (refused,) = await letters.receipts()
        await life.through(again(served, first))
    (repeated,) = await letters.receipts()
    assert repeated == refused.model_copy(update={"run": 2})


async def test_spooled_here_the_later_run_takes_its_place(shop, offered, letters, served):
    first = offered()
    async with shop.life(prints=False) as life:
        await life.through(first)
        await letters.receipts()
    async with shop.life() as life:
        await life.through(again(served, first))
    assert shop.printed() == [f"{first.serial}-run2.pdf"], "one print"
    assert told(await letters.receipts()) == [(2, "taken", 2, 3), (2, "printed", 2, 3), (2, "posted", 2, 0)]


@pytest.mark.parametrize("possible", [True, False])
async def test_unknown_here_it_is_printed_and_another_print_is_spoken_of_where_one_may_exist(
    shop, offered, letters, possible, capfd
):
    batch = offered(run=2, earlier_print_possible=possible)
    async with shop.life() as life:
        record = await life.through(batch)
    assert shop.printed() == [f"{batch.serial}-run2.pdf"]
    assert ("REPRINT: look for another print" in capfd.readouterr().out) is possible
    assert record.reprint is possible


async def test_an_earlier_run_that_comes_late_changes_nothing(shop, offered, letters, served):
    first = offered()
    async with shop.life() as life:
        await life.through(again(served, first))
        await letters.receipts()
        await life.through(first)
    assert shop.printed() == [f"{first.serial}-run2.pdf"]
    assert await letters.receipts() == []


async def test_another_file_under_the_name_of_a_printed_one_is_not_believed(shop, offered, letters, served):
    first = offered()
    async with shop.life() as life:
        await life.through(first)
        with pytest.raises(PermanentError, match="another file than run 1"):
            await life.through(again(served, first, pdf_sha256="1" * 64))
    assert shop.steps(first)[-1] == "end-told"


async def test_what_was_spooled_and_not_given_to_us_is_asked_for_at_the_next_start(shop, offered, letters, served):
    batch = offered()
    async with shop.life() as life:
        await life.worker.taking.accept(batch)  # and the worker died before it asked for it
    served.failures = [503]
    async with shop.life() as life:
        await life.worker.taking.own_spooled()
        await life.worker.resume()
        assert (shop.printed(), await letters.receipts()) == ([], []), "the gateway did not say"
        assert life.record(batch).state is State.OFFERED
        await life.worker.taking.own_spooled()
        await life.worker.resume()
    assert shop.printed() == [f"{batch.serial}.pdf"]


async def test_what_was_spooled_and_given_to_another_meanwhile_is_left(shop, offered, letters, served):
    batch = offered()
    async with shop.life() as life:
        await life.worker.taking.accept(batch)
        served.claimed[batch.fetch_path] = "another"
        await life.worker.taking.own_spooled()
        assert life.record(batch).state is State.LEFT
        with pytest.raises(SupersededError):
            await life.through(batch)
    assert (shop.printed(), shop.spooled(), await letters.receipts()) == ([], [], [])


async def test_what_is_not_known_to_be_ours_is_left_when_another_run_is_offered(shop, offered, letters, served):
    first = offered()
    async with shop.life() as life:
        await life.worker.taking.accept(first)
    second = again(served, first)
    async with shop.life() as life:
        await life.worker.taking.own_spooled()
        assert life.record(first).state is State.LEFT
        assert shop.spooled() == []
        with pytest.raises(SupersededError):
            await life.through(first)
        await life.through(second)
    assert shop.printed() == [f"{first.serial}-run2.pdf"]
    assert {one.run for one in await letters.receipts()} == {2}


async def test_taken_too_late_it_is_printed_only_while_no_other_run_is_offered(shop, offered, letters, served):
    kept, lost = (offered(taken_by="2026-11-20T10:00:00Z") for _ in range(2))
    async with shop.life(prints=False) as life:
        await life.through(kept)
        await life.through(lost)
    again(served, lost)
    async with shop.life() as life:
        await life.worker.resume()
        assert (life.record(kept).state, life.record(lost).state) == (State.POSTED, State.LEFT)
    assert shop.printed() == [f"{kept.serial}.pdf"]
