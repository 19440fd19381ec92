import os
import signal
import sys

import pytest

from launcher import process_table
from launcher.process import Child, LaunchError, wait_until


def _start(tmp_path, *words, **environment):
    return Child("part", words, environment={"PATH": os.environ["PATH"], **environment}, log=tmp_path / "part.log")


def _ended(child):
    wait_until(lambda: child.status is not None, 10, "the child does not end")


def test_the_obituary_says_how_it_ended_its_last_words_and_where_the_log_is(tmp_path):
    (tmp_path / "part.log").write_text("words of an earlier run\n")
    child = _start(tmp_path, "sh", "-c", "echo one; echo the reason >&2; exit 3")
    _ended(child)

    said = child.obituary()

    assert said.startswith("part ended after 0 s (exit status 3). It said last:\n  | one\n  | the reason\n")
    assert str(tmp_path / "part.log") in said
    assert "earlier" not in said


def test_the_obituary_names_the_signal(tmp_path):
    child = _start(tmp_path, "sleep", "60")
    child.kill9()

    assert "killed by SIGKILL" in child.obituary()
    assert "it said nothing" in child.obituary()


def test_stopping_ends_what_the_child_started_too(tmp_path):
    child = _start(tmp_path, "sh", "-c", "sleep 60 & echo $!; wait")
    wait_until(lambda: (tmp_path / "part.log").read_text().endswith("\n"), 10, "nothing said")
    grandchild = int((tmp_path / "part.log").read_text())
    assert process_table.is_alive(grandchild)

    child.stop(10)

    assert child.status == -signal.SIGTERM
    wait_until(lambda: not process_table.is_alive(grandchild), 10, "the grandchild lives on")


def test_who_does_not_stop_is_killed(tmp_path):
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
    child = _start(tmp_path, sys.executable, "-c", deaf)
    wait_until(lambda: "deaf" in (tmp_path / "part.log").read_text(), 10, "it does not start")

    child.stop(0.2)

    assert child.status == -signal.SIGKILL


def test_what_a_killed_launcher_left_is_known_by_its_mark(tmp_path):
    ours = _start(tmp_path, "sleep", "60", ESPACE_RUN=str(tmp_path))
    other = _start(tmp_path, "sleep", "60", ESPACE_RUN=f"{tmp_path}-other")

    process_table.end_marked(f"ESPACE_RUN={tmp_path}")

    try:
        _ended(ours)
        assert other.status is None
    finally:
        other.kill9()


def test_waiting_is_bounded():
    with pytest.raises(LaunchError, match="the reason"):
        wait_until(lambda: False, 0.1, "the reason")
