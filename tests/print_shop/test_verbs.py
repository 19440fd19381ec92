"""What the operator types and reads, by the real program: French words, exit statuses, and nothing told that was not asked."""

import asyncio
import json
import os
import pty
import re
import subprocess
import sys

import pytest

from print_shop.__main__ import main
from print_shop.lock import WorkerLock
from print_shop.steps import State

from .at_work import until
from .conftest import TOKEN
from .private_cups import QUEUE

DONE, NOT_DONE, MISUSED = 0, 1, 2


class Operator:
    """Types commands without a terminal; ``at_terminal`` answers questions at one."""

    def __init__(self, site):
        self.site = site

    async def types(self, *words, **settings):
        environment = self.site.environment | settings
        ran = await asyncio.to_thread(
            subprocess.run, self.site.command(*words), env=environment, capture_output=True, text=True, timeout=30,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        self.out, self.err = (text.replace("\u00a0", " ").replace("\u202f", " ") for text in (ran.stdout, ran.stderr))
        assert TOKEN not in self.out + self.err
        return ran.returncode

    async def at_terminal(self, *words, answers=""):
        """The same at a terminal, into which the answers are typed beforehand."""
        ours, theirs = pty.openpty()
        program = subprocess.Popen(  # noqa: ASYNC220
            self.site.command(*words), env=self.site.environment | {"TERM": "dumb"}, stdin=theirs, stdout=theirs,
            stderr=theirs,
        )  # fmt: skip
        os.close(theirs)
        os.write(ours, answers.encode())
        try:
            seen = await asyncio.to_thread(_everything, ours)
            status = await asyncio.to_thread(program.wait, 30)
        finally:
            program.kill()
            os.close(ours)
        self.out = seen.replace("\u00a0", " ").replace("\u202f", " ").replace("\r", "")
        return status


def _everything(terminal):
    seen = b""
    while True:
        try:
            seen += (more := os.read(terminal, 4096))
        except OSError:  # its other end is closed
            return seen.decode()
        if not more:
            return seen.decode()


@pytest.fixture
def operator(shop):
    return Operator(shop)


@pytest.fixture
async def printed(shop, offered, letters):
    """A batch of five letters, printed and not posted."""
    batch = offered(letters=5)
    async with shop.life(post_at_once=False) as life:
        await life.through(batch)
    await letters.receipts()
    return batch


@pytest.fixture
async def in_doubt(shop, printed):
    journal = shop.spool_folder / "journal.jsonl"
    lines = journal.read_text().splitlines(keepends=True)
    journal.write_text("".join(line for line in lines if '"printed' not in line))
    (shop.printed_folder / f"{printed.serial}.pdf").unlink()
    async with shop.life() as life:
        await life.worker.resume()
        assert life.record(printed).state is State.IN_DOUBT
    return printed


async def test_pull_list_print_done(shop, operator, offered, letters):
    batches = [offered(letters=5), offered(letters=2)]
    for batch in batches:
        await letters.offer(batch)
    assert await operator.types("pull") == DONE
    first, second = batches
    assert [one.outcome for one in await letters.receipts()] == ["taken", "taken"]

    assert await operator.types("list") == DONE
    listed = re.sub(" +", " ", operator.out)
    assert re.search(rf"{first.serial} 1 5 6 à imprimer \d\d/\d\d \d\d:\d\d 24/11/2026", listed)
    assert f"{second.serial} → print-shop print {second.serial}\n" in listed

    assert await operator.types("print", "--all", "--folder", shop.printed_folder) == DONE
    assert shop.printed() == sorted(f"{batch.serial}.pdf" for batch in batches)
    assert [one.outcome for one in await letters.receipts()] == ["printed", "printed"]

    spoiled = f"2,{first.letters[4].mark}"
    assert await operator.types("done", first.serial, "--spoiled", spoiled, "--posted", "3", "--yes") == DONE
    assert "gâchées         2 (nº 2, 5), refaites avec un autre mot de passe" in operator.out
    (posted,) = await letters.receipts()
    assert (posted.outcome, posted.letters) == ("posted", 3)
    assert posted.spoiled_letter_ids == (first.letters[1].id, first.letters[4].id)

    assert await operator.types("list") == DONE
    assert first.serial not in operator.out
    assert await operator.types("list", "--all", "--json") == DONE
    rows = {row["serial"]: row for row in json.loads(operator.out)}
    assert (rows[first.serial]["state"], rows[first.serial]["spoiled"]) == ("posted", 2)
    assert (rows[second.serial]["state"], rows[second.serial]["next"]) == (
        "to-post",
        f"print-shop done {second.serial}",
    )
    assert rows[second.serial]["post_on"] == "2026-11-24"


async def test_pull_takes_no_more_than_asked(shop, operator, offered, letters, queues):
    for _ in range(3):
        await letters.offer(offered())
    assert await operator.types("pull", "--most", "2") == DONE
    assert (len(shop.spooled()), await queues.count("print-shop.batches")) == (2, 1)


async def test_pull_waits_for_the_first_when_told_to(shop, operator, offered, letters):
    pulling = asyncio.create_task(operator.types("pull", "--wait"))
    await until((shop.spool_folder / "lock").exists)
    await letters.offer(offered())
    assert await pulling == DONE
    assert len(shop.spooled()) == 1


async def test_an_empty_list_says_what_to_do(operator):
    assert await operator.types("list") == DONE
    assert operator.out == "Aucun lot en cours sur ce disque. print-shop pull va chercher ceux qui attendent.\n"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ["--spoiled", "2", "--posted", "5"],
            "5 lettres − 1 gâchée = 4 à poster ; vous en comptez 5 : il y en a 1 de trop.",
        ),
        (["--posted", "4"], "5 lettres − 0 gâchée = 5 à poster ; vous en comptez 4 : il en manque 1."),
        (["--spoiled", "6"], "6 : le lot a 5 lettres, donnez des places de 1 à 5."),
        (["--spoiled", "3,3"], "la lettre nº 3 est déjà nommée"),
    ],
)
async def test_done_tells_nothing_when_the_count_does_not_fit(shop, operator, letters, printed, options, words):
    assert await operator.types("done", printed.serial, *options, "--yes") == NOT_DONE
    assert words in operator.err
    assert operator.err.rstrip().endswith("Rien n’est annoncé.")
    assert await letters.receipts() == []
    assert "posted" not in shop.steps(printed)


async def test_done_asks_first(operator, letters, printed):
    assert await operator.types("done", printed.serial) == MISUSED
    assert "--yes" in operator.err
    assert await operator.at_terminal("done", printed.serial, answers="\nnon\n") == NOT_DONE
    assert "Rien n’est fait." in operator.out
    assert await letters.receipts() == []


async def test_done_at_a_terminal_takes_scanned_marks_one_by_one(operator, letters, printed):
    scanned = f"{printed.letters[1].mark}\n9\n4\n\noui\n"
    assert await operator.at_terminal("done", printed.serial, answers=scanned) == DONE
    assert "9 : le lot a 5 lettres" in operator.out
    assert "à la poste      3" in operator.out
    (posted,) = await letters.receipts()
    assert posted.spoiled_letter_ids == (printed.letters[1].id, printed.letters[3].id)


async def test_done_twice_and_otherwise(operator, letters, printed):
    assert await operator.types("done", printed.serial, "--spoiled", "2", "--yes") == DONE
    assert await operator.types("done", printed.serial, "--spoiled", "2", "--yes") == DONE
    assert "déjà annoncé posté" in operator.out
    assert await operator.types("done", printed.serial, "--yes", HELP_PHONE="01 23 45 67 89") == NOT_DONE
    assert "avec 1 gâchée. Cela ne se corrige plus d’ici : appelez la mutuelle, 01 23 45 67 89." in operator.err
    assert len(await letters.receipts()) == 1


async def test_done_without_a_broker_is_noted_and_told_later(shop, operator, letters, printed):
    nobody = {"BROKER_URL": "amqp://127.0.0.1:1/none"}
    assert await operator.types("done", printed.serial, "--spoiled", "5", "--yes", **nobody) == NOT_DONE
    assert "c’est noté sur ce disque" in operator.err
    assert await operator.types("done", printed.serial, "--spoiled", "5", "--yes") == DONE
    (posted,) = await letters.receipts()
    assert posted.spoiled_letter_ids == (printed.letters[4].id,)


async def test_done_beside_a_worker_that_has_the_spool(shop, operator, letters, printed):
    with WorkerLock(shop.spool_folder, "run"):
        assert await operator.types("done", printed.serial, "--yes") == DONE
    assert [one.outcome for one in await letters.receipts()] == ["posted"]


@pytest.mark.parametrize("verb", [["pull"], ["print", "--all", "--folder", "x"], ["run", "--folder", "x"]])
async def test_who_has_the_spool_is_told(shop, operator, printed, verb):
    with WorkerLock(shop.spool_folder, "run"):
        assert await operator.types(*verb) == MISUSED
    assert f"est utilisé par le processus {os.getpid()} (print-shop run, lancé par " in operator.err


async def test_what_is_not_printed_can_not_be_done(shop, operator, letters, offered, in_doubt):
    assert await operator.types("done", in_doubt.serial, "--yes") == NOT_DONE
    assert "imprimé ou non ?" in operator.err
    assert await operator.types("done", "20261123-XXXXXX", "--yes") == NOT_DONE
    assert f"ce lot n’est pas sur ce disque. Lots en cours ici : {in_doubt.serial}." in operator.err
    taken = offered()
    async with shop.life(prints=False) as life:
        await life.through(taken)
    assert await operator.types("done", taken.serial, "--yes") == NOT_DONE
    assert f"pas encore imprimé. D’abord : print-shop print {taken.serial}." in operator.err


async def test_print_asks_about_what_is_in_doubt(shop, operator, letters, in_doubt):
    where = ("--folder", shop.printed_folder)
    assert await operator.types("print", in_doubt.serial, *where) == NOT_DONE
    assert await operator.at_terminal("print", "--all", *where, answers="\n") == NOT_DONE
    assert "IMPRIMÉ OU NON ?" in operator.out
    assert shop.printed() == []
    assert await operator.at_terminal("print", "--all", *where, answers="r\nfeuilles perdues\n") == DONE
    assert shop.printed() == [f"{in_doubt.serial}-again2.pdf"]
    assert [one.outcome for one in await letters.receipts()] == ["printed"]
    again = next(line for line in shop.lines(in_doubt) if line.get("reason") == "feuilles perdues")
    assert again["step"] == "printing"


@pytest.mark.parametrize("answer", ["terminal", "option"])
async def test_print_takes_the_operators_word(shop, operator, letters, in_doubt, answer):
    if answer == "option":
        assert await operator.types("print", in_doubt.serial, "--was-printed") == DONE
    else:
        assert await operator.at_terminal("print", "--all", "--folder", shop.printed_folder, answers="i\n") == DONE
    assert [(one.outcome, one.sheets) for one in await letters.receipts()] == [("printed", 6)]
    assert shop.printed() == []


async def test_print_again_needs_a_reason_and_leaves_what_is_posted(shop, operator, letters, printed):
    where = ("--folder", shop.printed_folder)
    assert await operator.types("print", printed.serial, *where) == DONE
    assert "déjà imprimé" in operator.err
    assert await operator.types("print", printed.serial, "--again", "encre pâle", *where) == DONE
    assert shop.printed() == [f"{printed.serial}-again2.pdf", f"{printed.serial}.pdf"]
    assert await operator.types("done", printed.serial, "--yes") == DONE
    assert await operator.types("print", printed.serial, "--again", "encore", *where) == NOT_DONE
    assert "posté le" in operator.err


async def test_print_on_a_real_printer(shop, operator, offered, letters, cups):
    batch = offered()
    async with shop.life(prints=False) as life:
        await life.through(batch)
    assert await operator.at_terminal("print", batch.serial, "--printer", QUEUE) == DONE
    assert f"{batch.serial} imprimé : 3 feuilles (« {QUEUE} », travail " in operator.out
    assert len(cups.given(batch.serial)) == 1


async def test_print_names_what_is_wrong_with_the_printer(shop, operator, offered, letters, cups):
    batch = offered()
    async with shop.life(prints=False) as life:
        await life.through(batch)
    assert await operator.types("print", batch.serial, "--printer", "absente") == NOT_DONE
    assert "l’imprimante « absente » refuse le lot : The printer or class does not exist." in operator.err
    assert await operator.types("run", "--printer", "absente") == MISUSED
    assert "ne connaît pas l’imprimante « absente »" in operator.err
    nobody = {"CUPS_SERVER": "127.0.0.1:1"}
    assert await operator.types("print", batch.serial, "--printer", QUEUE, **nobody) == NOT_DONE
    assert "CUPS (127.0.0.1:1) ne répond pas" in operator.err
    assert shop.steps(batch)[-1] == "taken-told", "nothing was printed, and nothing is in doubt"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("print --all", "Où imprimer ? Donnez --folder DOSSIER, ou --printer IMPRIMANTE."),
        ("print --folder x", "Donnez les numéros des lots, ou --all."),
        ("print LOT --all --folder x", "Donnez les numéros des lots, ou --all."),
        ("print --all --folder x --printer y", "Où imprimer ?"),
        ("print --all --again x --folder x", "se décident lot par lot"),
        ("print LOT --again x --was-printed", "l’un exclut l’autre"),
        ("run", "Où imprimer ?"),
        ("done", "print-shop done : il manque LOT. Ce qui s’écrit : print-shop done --help"),
        ("pull --most beaucoup", "print-shop pull : valeur refusée pour --most."),
        ("pull --plus", "print-shop pull : option inconnue : --plus."),
        (f"refuse LOT --reason {'x' * 301}", "Donnez une raison de 1 à 300 signes : la mutuelle la lira."),
        ("imprime", "print-shop : commande inconnue ou mal écrite."),
    ],
)
def test_what_is_mistyped_is_told_in_french_and_does_nothing(shop, monkeypatch, capsys, words, told):
    for name, value in shop.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["print-shop", *words.split()])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == MISUSED
    assert told in capsys.readouterr().err.replace("\u00a0", " ")
    assert not shop.spool_folder.exists() or not list(shop.spool_folder.rglob("*.jsonl"))


async def test_refuse_before_printing_and_in_doubt(shop, operator, offered, letters, in_doubt):
    taken = offered()
    async with shop.life(prints=False) as life:
        await life.through(taken)
    await letters.receipts()
    for batch in (taken, in_doubt):
        assert await operator.types("refuse", batch.serial, "--reason", "papier épuisé", "--yes") == DONE
    receipts = await letters.receipts()
    assert [(one.batch_id, one.outcome, one.reason) for one in receipts] == [
        (batch.batch_id, "refused", "papier épuisé") for batch in (taken, in_doubt)
    ]
    assert await operator.types("list") == DONE
    assert taken.serial not in operator.out


async def test_refuse_what_is_printed_says_what_to_do_instead(operator, letters, printed):
    assert await operator.types("refuse", printed.serial, "--reason", "encre", "--yes") == NOT_DONE
    assert f"print-shop done {printed.serial} --spoiled 1-5" in operator.err
    assert await letters.receipts() == []


async def test_run_with_a_printer_waits_for_done(shop, offered, operator, letters, cups):
    batch = offered()
    program = subprocess.Popen(  # noqa: ASYNC220
        shop.command("run", "--printer", QUEUE), env=shop.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    try:
        await letters.offer(batch)
        await until(lambda: (shop.spool_folder / "journal.jsonl").exists() and "printed-told" in shop.steps(batch))
        assert await operator.types("done", batch.serial, "--spoiled", "1", "--yes") == DONE
        program.terminate()
        output, _ = await asyncio.to_thread(program.communicate, timeout=20)
    finally:
        program.kill()
    assert program.returncode == 0, output
    assert [(one.outcome, one.letters) for one in await letters.receipts()] == [
        ("taken", 2),
        ("printed", 2),
        ("posted", 1),
    ]


async def test_the_terminal_speaks_french(shop, operator, offered, letters):
    batch = offered(run=2, earlier_print_possible=True)
    await letters.offer(batch)
    assert await operator.at_terminal("pull") == DONE
    assert f"{batch.serial} tirage 2, RÉIMPRESSION : vérifiez qu’un premier tirage n’existe pas" in operator.out
    assert f"{batch.serial} reçu et contrôlé : 2 lettres, 3 feuilles" in operator.out
    assert await operator.types("list") == DONE
    assert "RÉIMPRESSION" in operator.out
