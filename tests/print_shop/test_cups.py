"""Printing by a real CUPS: once, counted, followed to its end, and found again after a death at any moment."""

import asyncio

import pikepdf
import pytest

from print_shop import cups_printer
from print_shop.cups_printer import CupsPrinter
from print_shop.display import Work
from print_shop.printers import Printers
from print_shop.seen import NOTHING, PrinterAwayError, PrinterRefusesError, StoppedError
from print_shop.steps import State
from print_shop.tickets import Ticket

from .at_work import until
from .conftest import pdf_of
from .private_cups import QUEUE, STOPPED

PDF = pdf_of(["one", "two", "three"])


@pytest.fixture(autouse=True)
def looked_at_often(monkeypatch):
    monkeypatch.setattr(cups_printer, "POLL_SECONDS", 0.05)


@pytest.fixture
def printer(cups):
    return CupsPrinter(cups.server, QUEUE)


async def test_a_batch_is_printed_once_single_sided_without_banner_and_counted(shop, offered, letters, cups):
    batch = offered(letters=3)
    async with shop.life(queue=QUEUE, post_at_once=False) as life:
        record = await life.through(batch)
    assert record.state is State.TO_POST
    (given,) = cups.given(batch.serial)
    with pikepdf.open(given) as pdf:
        assert len(pdf.pages) == 4
    options = (cups.press / f"{given.name.split('.')[1]}.options").read_text().split()
    assert {"sides=one-sided", "print-scaling=none"} <= set(options)
    assert [(one.outcome, one.letters, one.sheets) for one in await letters.receipts()] == [
        ("taken", 3, 4),
        ("printed", 3, 4),
    ]
    printing = next(line for line in shop.lines(batch) if line["step"] == "printing")
    job = given.name.split(".")[1]
    assert printing["ticket"] == {"kind": "cups", "printer": QUEUE, "job": job, "name": batch.serial}


async def test_its_progress_is_shown_and_what_the_printer_says(shop, offered, letters, cups, capfd):
    batch = offered(letters=3)
    paper = cups.tell("stop-at-3")
    async with shop.life(queue=QUEUE) as life:
        counted, said = [], []
        life.shop.display.progress = lambda work, *_: Progress(counted if work is Work.PRINT else [])
        life.shop.display.waits = lambda serial, why: said.append(why)
        printing = asyncio.create_task(life.through(batch))
        await until(lambda: 2 in counted)
        await until(lambda: said)
        assert life.record(batch).state is State.PRINTING
        paper.unlink()
        assert (await printing).state is State.POSTED
    assert counted[-1] == 2
    assert counted == sorted(counted)
    assert said == ["Bac à papier vide"]


class Progress:
    def __init__(self, counted):
        self.counted = counted

    def __enter__(self):
        return self.counted.append

    def __exit__(self, *_):
        pass


async def test_stopped_while_it_prints_it_is_followed_by_the_next_life(shop, offered, letters, cups):
    batch = offered()
    paper = cups.tell("stop-at-2")
    async with shop.life(queue=QUEUE) as life:
        printing = asyncio.create_task(life.through(batch))
        await until(lambda: cups.given(batch.serial))
        life.shop.stopping.set()
        with pytest.raises(StoppedError):
            await printing
    paper.unlink()
    async with shop.life(queue=QUEUE) as life:
        await life.worker.resume()
        assert life.record(batch).state is State.POSTED
    assert len(cups.given(batch.serial)) == 1


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("lose-2", "terminé, 2 feuilles au lieu de 3"),
        ("mute", "mais l’imprimante n’a pas compté les feuilles"),
        ("jam-at-2", "terminé, 4 feuilles au lieu de 3"),
    ],
)
async def test_what_cups_can_not_tell_the_operator_has_to(shop, offered, letters, cups, told, words, capfd):
    batch = offered()
    cups.tell(told)
    async with shop.life(queue=QUEUE) as life:
        record = await life.through(batch)
        assert record.state is State.IN_DOUBT
        await life.worker.resume()
    assert words in record.reason.replace("\u00a0", " ")
    assert "PRINTED OR NOT" in capfd.readouterr().out
    assert len(cups.given(batch.serial)) == 1, "it is not printed again by itself"
    assert [one.outcome for one in await letters.receipts()] == ["taken"]


async def test_cancelled_by_somebody_it_is_not_printed_again_by_itself(shop, offered, letters, cups, printer):
    batch = offered()
    cups.tell("stop-at-2")
    async with shop.life(queue=QUEUE) as life:
        printing = asyncio.create_task(life.through(batch))
        await until(lambda: cups.given(batch.serial))
        await printer.abandon(life.record(batch).ticket)
        record = await printing
    assert record.state is State.IN_DOUBT
    assert record.reason.replace("\u00a0", " ").endswith("annulé, 1 feuille au lieu de 3")


async def test_printed_again_for_a_reason_it_has_a_name_of_its_own(shop, offered, letters, cups):
    batch = offered()
    lost = cups.tell("lose-2")
    async with shop.life(queue=QUEUE, post_at_once=False) as life:
        record = await life.through(batch)
        lost.unlink()
        record = await life.printing.print(record, "bourrage")
        assert record.state is State.TO_POST
        record = await life.printing.print(record, "encre pâle")
    assert [len(cups.given(f"{batch.serial}{again}")) for again in ("", "-again2", "-again3")] == [1, 1, 1]
    reasons = [line.get("reason", "") for line in shop.lines(batch) if line["step"] == "printing"]
    assert reasons == ["", "bourrage", "encre pâle"]


async def test_a_job_that_got_no_document_is_cancelled_and_never_printed(printer, cups):
    ticket = await printer.prepare("EMPTY-1", PDF)
    assert await printer.seen(ticket, 3) == NOTHING
    await printer.release(ticket, PDF)  # what was on its way comes all the same
    seen = await printer.seen(ticket, 3)
    assert (seen.what, cups.given("EMPTY-1")) == ("unknown", [])
    assert seen.words.replace("\u00a0", " ").endswith("annulé, avant la première feuille")


async def test_a_job_left_empty_is_taken_away_by_the_next_of_its_name(printer):
    first = await printer.prepare("TWICE-1", PDF)
    other = await printer.prepare("OTHER-1", PDF)
    await printer.prepare("TWICE-1", PDF)
    assert (await printer._job(first)).has_ended
    assert (await printer._job(other)).waits_for_document


async def test_a_job_that_cups_has_forgotten_or_given_its_number_to_another(printer):
    other = await printer.prepare("ANOTHER-1", PDF)
    for job in ("9999", other.job):
        seen = await printer.seen(Ticket(kind="cups", printer=QUEUE, job=job, name="MINE-1"), 3)
        assert seen.what == "unknown"
        assert "CUPS ne le connaît plus" in seen.words


async def test_no_such_printer(cups):
    with pytest.raises(PrinterRefusesError, match="ne connaît pas l’imprimante"):
        await CupsPrinter(cups.server, "absente").check()
    await CupsPrinter(cups.server, QUEUE).check()


async def test_nobody_answers(free_port):
    with pytest.raises(PrinterAwayError, match="ne répond pas"):
        await CupsPrinter(f"127.0.0.1:{free_port}", QUEUE).check()


async def test_by_the_socket_of_a_machine(tmp_path):
    with pytest.raises(PrinterAwayError, match=f"CUPS \\({tmp_path}/cups.sock\\) ne répond pas"):
        await CupsPrinter(f"{tmp_path}/cups.sock", QUEUE).check()


async def test_a_stopped_printer_is_spoken_of(shop, offered, letters, cups):
    batch = offered()
    async with shop.life(queue=STOPPED) as life:
        said = []
        life.shop.display.waits = lambda serial, why: said.append(why)
        printing = asyncio.create_task(life.through(batch))
        await until(lambda: said)
        await CupsPrinter(cups.server, STOPPED).abandon(life.record(batch).ticket)
        record = await printing
    assert said == ["arrêtée dans CUPS (Entretien jusqu'à midi)\u00a0; cupsenable arretee la remet en marche"]
    assert record.reason.endswith("annulé, avant la première feuille")


@pytest.mark.parametrize("end", ["stop", "kill9"])
async def test_when_cups_itself_ends_while_it_prints_the_operator_has_to_look(shop, offered, letters, cups, end):
    """After its start it prints the job anew, or has forgotten it."""
    batch = offered()
    paper = cups.tell("stop-at-2")
    async with shop.life(queue=QUEUE) as life:
        said = []
        life.shop.display.waits = lambda serial, why: said.append(why)
        printing = asyncio.create_task(life.through(batch))
        await until(lambda: cups.given(batch.serial))
        await asyncio.to_thread(getattr(cups, end))
        await until(lambda: any("ne répond pas" in why for why in said))
        paper.unlink()
        await asyncio.to_thread(cups.start)
        record = await asyncio.wait_for(printing, 30)
    assert record.state is State.IN_DOUBT, record
    assert "au lieu de 3" in record.reason or "ne le connaît plus" in record.reason


async def test_the_printer_that_printed_is_asked_whichever_is_chosen_now(shop, offered, letters, cups):
    batch = offered()
    async with shop.life(queue=QUEUE, post_at_once=False) as life:
        await life.through(batch)
    journal = shop.spool_folder / "journal.jsonl"
    lines = [line for line in journal.read_text().splitlines(keepends=True) if '"printed' not in line]
    journal.write_text("".join(lines))
    async with shop.life(post_at_once=False) as life:  # to a folder
        await life.worker.resume()
        assert life.record(batch).state is State.TO_POST
    assert shop.printed() == []


def test_printers_have_to_be_chosen():
    with pytest.raises(ValueError, match="no printer"):
        _ = Printers("localhost:631").chosen
