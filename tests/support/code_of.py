"""Services as processes: of today's code, or of the code that went before their newest migration."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import httpx
from support.every_service import SETTINGS
from support.ports import free_ports

from launcher.process import Child, wait_until
from shared.internal_http import internal_get

TOP = Path(__file__).parents[2]


def previous_code(package: str, folder: Path) -> list[Path]:
    """The sources of a service and of ``shared`` as they were before its newest migration, taken from the git history.

    Empty when there is none: the first migration is the newest, or the checkout has no such history.
    """
    commit = _before_newest_migration(package)
    if commit is None:
        return []
    sources = ["shared/src", f"services/{package.replace('_', '-')}/src"]
    archive = _git("archive", "--format=zip", commit, *sources)
    with zipfile.ZipFile(io.BytesIO(archive or b"")) as files:
        files.extractall(folder)
    return [folder / source for source in sources]


def _before_newest_migration(package: str) -> str | None:
    versions = Path(f"services/{package.replace('_', '-')}/src/{package}/migrations/versions")
    migrations = sorted(path.name for path in (TOP / versions).glob("[0-9]*.py"))
    newest = versions / migrations[-1]
    added = _commit("--diff-filter=A", "--", str(newest))
    # a service and what it shares change in several commits: the last one of its own, in which they fit together
    commit = _commit(f"{added}^", "--", f"services/{package.replace('_', '-')}/src") if added else "HEAD"
    before = _git("ls-tree", "--name-only", commit, f"{versions}/")
    return commit if before and any(path.endswith(b".py") for path in before.splitlines()) else None


def _commit(*which: str) -> str:
    """The newest of those; empty when there is none."""
    return (_git("log", "--format=%H", "-1", *which) or b"").decode().strip()


def _git(*arguments: str) -> bytes | None:
    ran = subprocess.run(["git", *arguments], cwd=TOP, check=False, capture_output=True)
    return ran.stdout if ran.returncode == 0 else None


@contextmanager
def serving(
    settings: Mapping[str, Mapping[str, str]], code: Mapping[str, list[Path]], folder: Path
) -> Iterator[dict[str, str]]:
    """Services side by side, ready to be spoken to; yields their addresses. ``settings``: package → what it is told.

    All end by SIGTERM with status 0, else the test fails.
    """
    ports = dict(zip(settings, free_ports(len(settings)), strict=True))
    with ExitStack() as running:
        children = {}
        for package, told in settings.items():
            given = SETTINGS | told | {"port": str(ports[package])}
            children[package] = start(package, ["serve"], given, code.get(package, []), folder)
            running.callback(_end, children[package])
        for package, port in ports.items():
            wait_until(lambda: _ready(children[package], port), 60, f"{package} is not ready: {folder}")  # noqa: B023
        yield {package: f"http://127.0.0.1:{port}" for package, port in ports.items()}


def start(package: str, verb: list[str], given: Mapping[str, str], code: list[Path], folder: Path) -> Child:
    """A program of ours: ``python -m <package> …``, told by its environment only."""
    environment = {name.upper(): value for name, value in given.items()} | _environment(code)
    command = [sys.executable, "-m", package, *verb]
    return Child(package, command, environment=environment, log=folder / f"{package}.log", folder=folder)


def missing_package(package: str, code: list[Path]) -> str:
    """What earlier code needs and today's environment no longer has; empty when it can run.

    Raises:
        AssertionError: it is not this code that runs.
    """
    command = [sys.executable, "-c", f"import {package}.app, shared; print({package}.__path__[0], shared.__path__[0])"]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, env=_environment(code))
    if found := re.search(r"ModuleNotFoundError: No module named '(.+)'", ran.stderr):
        return found[1]
    origins = ran.stdout.split()
    assert len(origins) == 2, ran.stderr
    assert all(any(Path(origin).is_relative_to(folder) for folder in code) for origin in origins), origins
    return ""


def queues_of(package: str, code: list[Path]) -> set[str] | None:
    """The queues that earlier code of a service consumes: its own of those whose dead letters it answers for.

    None when it is too old to say so: then its queues are today's.
    """
    told = "import json; from shared.messaging import topology as t; print(json.dumps(getattr(t, 'ANSWERS_FOR', None)))"
    command = [sys.executable, "-c", told]
    ran = subprocess.run(command, check=True, capture_output=True, text=True, env=_environment(code))
    service, answers_for = package.replace("_", "-"), json.loads(ran.stdout)
    return answers_for and {queue for queue in answers_for[service] if queue.startswith(f"{service}.")}


def messages_of(code: list[Path]) -> set[str]:
    """Types of the messages that earlier code knows at all: no other is for it, wherever it is bound by now."""
    told = "import json; from shared.contracts.schemas import MESSAGES; print(json.dumps([one.type() for one in MESSAGES]))"
    ran = subprocess.run(
        [sys.executable, "-c", told], check=True, capture_output=True, text=True, env=_environment(code)
    )
    return set(json.loads(ran.stdout))


def _environment(code: list[Path]) -> dict[str, str]:
    path = os.pathsep.join(map(str, code))
    return {"PATH": os.environ["PATH"], "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


def _ready(child: Child, port: int) -> bool:
    assert child.status is None, child.obituary()
    try:
        answer = internal_get(f"http://127.0.0.1:{port}/readyz", 5)
    except httpx.TransportError:
        return False
    return answer.status_code == 200 and answer.json()["checks"]["broker"] is True


def _end(child: Child) -> None:
    child.stop(20)
    assert child.status == 0, child.obituary()
