"""Whether a batch was printed is found out; where nobody can know it, the operator is asked and nothing is printed."""

import pytest

from print_shop.printers import Printers
from print_shop.printing import Printing
from print_shop.steps import State, Step

from .conftest import PRIVATE_KEYS


def cut_after(shop, step):
    """The journal as a crash after that step left it."""
    journal = shop.spool_folder / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    last = next(at for at, line in enumerate(lines) if f'"{step}"' in line)
    journal.write_text("".join(lines[: last + 1]))


@pytest.fixture
async def cut_short(shop, offered, letters):
    """A batch that was printed to the folder, as far as the journal knows not to its end."""
    batch = offered()
    async with shop.life(post_at_once=False) as life:
        await life.through(batch)
    cut_after(shop, "printing")
    await letters.receipts()
    return batch


async def test_printed_and_not_noted_is_not_printed_again(shop, letters, cut_short):
    path = shop.printed_folder / f"{cut_short.serial}.pdf"
    inode = path.stat().st_ino
    async with shop.life() as life:
        await life.worker.resume()
    assert path.stat().st_ino == inode, "the printed file was not written again"
    assert shop.steps(cut_short)[-4:] == ["printed", "printed-told", "posted", "end-told"]
    assert [one.outcome for one in await letters.receipts()] == ["printed", "posted"]


async def test_prepared_and_not_printed_is_printed(shop, letters, cut_short):
    path = shop.printed_folder / f"{cut_short.serial}.pdf"
    path.rename(shop.printed_folder / f".{cut_short.serial}.pdf.ready")
    async with shop.life() as life:
        await life.worker.resume()
        assert life.record(cut_short).state is State.POSTED
    assert shop.printed() == [f"{cut_short.serial}.pdf"], "and nothing hidden is left"


async def test_taken_away_by_somebody_the_operator_is_asked(shop, letters, cut_short, capfd):
    (shop.printed_folder / f"{cut_short.serial}.pdf").unlink()
    for _ in range(2):
        async with shop.life() as life:
            await life.worker.resume()
            record = life.record(cut_short)
    assert record.state is State.IN_DOUBT
    assert "quelqu’un l’a pris, ou supprimé" in record.reason
    assert shop.printed() == []
    assert shop.steps(cut_short).count("in-doubt") == 1
    assert "PRINTED OR NOT" in capfd.readouterr().out
    assert await letters.receipts() == []


async def test_the_operator_says_that_it_was_printed(shop, letters, cut_short):
    (shop.printed_folder / f"{cut_short.serial}.pdf").unlink()
    async with shop.life() as life:
        await life.worker.resume()
        life.printing.was_printed(life.record(cut_short))
        await life.worker.resume()
    assert [(one.outcome, one.sheets) for one in await letters.receipts()] == [("printed", 3), ("posted", 0)]
    assert shop.printed() == []


async def test_the_operator_wants_it_again(shop, letters, cut_short):
    (shop.printed_folder / f"{cut_short.serial}.pdf").unlink()
    async with shop.life(post_at_once=False) as life:
        await life.worker.resume()
        record = await life.printing.print(life.record(cut_short), "dossier vidé par erreur")
    assert record.state is State.TO_POST
    assert shop.printed() == [f"{cut_short.serial}-again2.pdf"]


async def test_printed_again_after_it_was_told_the_new_count_is_told(shop, offered, letters):
    batch = offered()
    async with shop.life(post_at_once=False) as life:
        record = await life.through(batch)
        before = await letters.receipts()
        record = await life.printing.print(record, "encre pâle")
        await life.worker.finish(record)
    assert shop.printed() == [f"{batch.serial}-again2.pdf", f"{batch.serial}.pdf"]
    (again,) = await letters.receipts()
    assert (again.outcome, again.sheets) == ("printed", 3)
    assert again.at > before[-1].at


async def test_refused_by_the_operator_at_the_last_moment_it_is_not_printed(shop, offered, letters):
    batch = offered()
    async with shop.life(prints=False) as life:
        record = await life.through(batch)

        class Slow(Printers):
            @property
            def chosen(self):
                life.shop.journal.write(record, Step.REFUSED, reason="plus de papier")
                return super().chosen

        printing = Printing(life.shop, PRIVATE_KEYS, Slow("x:1", shop.printed_folder))
        record = await printing.print(record)
    assert record.state is State.REFUSED
    assert shop.printed() == [], "and nothing hidden is left"


async def test_a_print_of_an_earlier_version_is_the_operators_to_judge(shop, offered, letters):
    batch = offered()
    async with shop.life(prints=False) as life:
        record = await life.through(batch)
        life.shop.journal.write(record, Step.PRINTING)
    async with shop.life() as life:
        await life.worker.resume()
        assert life.record(batch).state is State.IN_DOUBT
    assert shop.printed() == []
