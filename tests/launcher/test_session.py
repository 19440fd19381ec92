import asyncio
import os
import signal

import pytest

from launcher import session
from launcher.places import Places
from launcher.process import Child, LaunchError, wait_until
from launcher.supervisor import Supervisor


@pytest.fixture
def places(tmp_path):
    return Places.of({"VAR_DIR": str(tmp_path)})


def test_a_folder_is_used_by_one_run_at_a_time(places):
    with session.locked(places):
        with pytest.raises(LaunchError) as refused, session.locked(places):
            pytest.fail("the folder was had twice")
        assert f"{places.var} is in use by process {os.getpid()}" in str(refused.value)
        assert "VAR_DIR" in str(refused.value)

    with session.locked(places):
        pass


def test_wiping_leaves_nothing_but_the_lock(places):
    with session.locked(places):
        (places.var / "mail").mkdir()
        (places.var / "mail" / "one.eml").touch()
        (places.var / "note").touch()
        session.wipe(places)
        assert [entry.name for entry in places.var.iterdir()] == ["lock"]


class _Small(Supervisor):
    """A system of one sleeping program."""

    def __init__(self, folder, command="exec sleep 60"):
        super().__init__()
        self.folder, self.command, self.started = folder, command, None

    async def start(self):
        words = ["sh", "-c", self.command]
        self.started = Child("sleeper", words, environment={"PATH": os.environ["PATH"]}, log=self.folder / "log")
        self.children["sleeper"] = self.started

    async def watch(self):
        await self.until(lambda: False, 60, "")

    async def end_all(self):
        await self.stop_all()


async def _for_ever(_):
    await asyncio.Event().wait()


@pytest.mark.parametrize("number", session.SIGNALS)
def test_a_signal_stops_everything(number, tmp_path):
    system = _Small(tmp_path)

    async def signalled(_):
        os.kill(os.getpid(), number)
        await asyncio.Event().wait()

    with pytest.raises(session.StoppedError):
        asyncio.run(session.live(system, signalled))
    assert system.started.status == -signal.SIGTERM


def test_a_part_that_ends_by_itself_ends_the_run_with_its_last_words(tmp_path):
    system = _Small(tmp_path, "echo out of luck; exit 7")

    with pytest.raises(LaunchError, match=r"(?s)sleeper ended .*exit status 7.*out of luck"):
        asyncio.run(session.live(system, _for_ever))


def test_what_fails_while_it_is_used_still_stops_everything(tmp_path):
    system = _Small(tmp_path)

    async def broken(_):
        raise RuntimeError("a broken story")

    with pytest.raises(RuntimeError, match="a broken story"):
        asyncio.run(session.live(system, broken))
    wait_until(lambda: system.started.status is not None, 5, "it still runs")


def test_a_use_that_ends_ends_the_run(tmp_path):
    system = _Small(tmp_path)

    async def short(_):
        return None

    asyncio.run(session.live(system, short))
    assert system.started.status == -signal.SIGTERM
