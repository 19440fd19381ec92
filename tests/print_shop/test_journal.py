"""The journal is what the worker knows after a crash, of any version, and with other programs beside it."""

import json
import subprocess
import sys
from uuid import uuid4

import pytest

from print_shop.journal import Journal
from print_shop.lock import SpoolInUseError, WorkerLock, is_at_work
from print_shop.record import Record
from print_shop.steps import State, Step


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.jsonl"


@pytest.fixture
def record():
    return Record(uuid4(), "S-1", 1)


def test_a_torn_last_line_did_not_happen(path, record):
    Journal(path).write(record, Step.SPOOLED)
    whole = path.read_bytes()
    for cut in (10, len(whole) - 1):
        path.write_bytes(whole + whole.replace(b"spooled", b"printed")[:cut])
        again = Journal(path)
        assert again.get(record.batch_id).state is State.OFFERED
        again.write(record, Step.OWNED)
        read = Journal(path).get(record.batch_id)
        assert read.at.keys() == {Step.SPOOLED, Step.OWNED}


def test_who_only_reads_cuts_nothing(path, record):
    Journal(path).write(record, Step.SPOOLED)
    torn = path.read_bytes() + b'{"step"'
    path.write_bytes(torn)
    assert Journal(path).records()[0].state is State.OFFERED
    assert path.read_bytes() == torn


def test_what_another_program_adds_is_seen(path, record):
    mine, other = Journal(path), Journal(path)
    mine.write(record, Step.SPOOLED)
    other.write(other.get(record.batch_id), Step.OWNED)
    assert mine.get(record.batch_id).state is State.ARRIVED


def test_whoever_decides_holds_it(path, record):
    """Another program writes when the block is left, not before."""
    journal = Journal(path)
    code = f"""if True:
        from pathlib import Path
        from print_shop.journal import Journal
        from print_shop.record import Step
        journal = Journal(Path({str(path)!r}))
        print("ready", flush=True)
        journal.write(journal.records()[0], Step.POSTED)
    """
    journal.write(record, Step.PRINTED)
    with journal.held():
        other = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert other.stdout.readline() == "ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(0.2)
        assert journal.get(record.batch_id).state is State.TO_POST
    assert other.wait(10) == 0
    other.stdout.close()
    assert journal.get(record.batch_id).state is State.POSTED


def test_what_was_told_of_an_earlier_run_says_nothing_about_a_later(path, record):
    journal = Journal(path)
    for step in (Step.SPOOLED, Step.PRINTED, Step.POSTED, Step.END_TOLD):
        journal.write(record, step)
    journal.write(record, Step.RENEWED, run=2)
    assert not journal.get(record.batch_id).ended
    journal.write(record, Step.END_TOLD, run=1)
    assert not journal.get(record.batch_id).ended
    assert journal.write(journal.get(record.batch_id), Step.END_TOLD).ended


def test_the_first_time_of_a_step_holds_and_a_second_print_is_a_new_time(path, record):
    journal = Journal(path)
    first = journal.write(record, Step.PRINTING).at[Step.PRINTING]
    printed = journal.write(record, Step.PRINTED).at[Step.PRINTED]
    assert journal.write(record, Step.PRINTED).at[Step.PRINTED] == printed
    assert journal.write(record, Step.PRINTING, reason="again").at[Step.PRINTING] > first
    assert journal.write(record, Step.PRINTED).at[Step.PRINTED] > printed


def test_one_worker_a_spool_and_the_other_is_told_who_has_it(tmp_path, monkeypatch):
    monkeypatch.setenv("SUDO_USER", "paulette")
    assert not is_at_work(tmp_path)
    with WorkerLock(tmp_path, "run"):
        assert is_at_work(tmp_path)
        with pytest.raises(SpoolInUseError, match=r"processus \d+ \(print-shop run, lancé par paulette le "):
            WorkerLock(tmp_path, "pull")
    assert not is_at_work(tmp_path)
    WorkerLock(tmp_path, "pull").close()


def old_lines(record, *steps):
    """As earlier versions wrote them."""
    return "".join(
        json.dumps({
            "at": f"2026-11-01T10:00:0{at}+00:00", "batch_id": str(record.batch_id), "run": 1, "serial": record.serial,
            "step": step, "reason": "",
        }) + "\n"
        for at, step in enumerate(steps)
    )  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "state", "ended"),
    [
        (["spooled", "taken-told", "printing", "printed", "end-told"], State.POSTED, True),
        (["spooled", "taken-told", "printing", "printed"], State.POSTED, False),
        (["spooled", "taken-told", "printing"], State.PRINTING, False),
        (["spooled", "taken-told"], State.TO_PRINT, False),
        (["spooled"], State.ARRIVED, False),
        (["refused", "end-told"], State.REFUSED, True),
    ],
)
def test_journals_of_earlier_versions_are_read(path, record, steps, state, ended):
    path.write_text(old_lines(record, *steps))
    read = Journal(path).get(record.batch_id)
    assert (read.state, read.ended) == (state, ended)
