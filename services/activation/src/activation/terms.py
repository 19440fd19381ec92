"""The terms of use: one text file a version, never changed once it was in force (``research/identity.md`` §6)."""

import hashlib
import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from itertools import pairwise

_NUMBER = re.compile(r"[1-9][0-9]{0,3}\.[0-9]{1,4}")


@dataclass(frozen=True)
class Terms:
    """A version of the terms. In the text, a line beginning with ``# `` is a heading; blank lines part paragraphs."""

    version: str
    text: str
    effective: date
    """From this day on, in Paris, it is the one that is shown and accepted."""
    changes: str = ""
    """What is new, for people who have accepted an earlier one; blank lines part paragraphs."""

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the exact text (UTF-8)."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def major(self) -> int:
        """The number before the dot: who accepted a lower one is asked again."""
        return major_of(self.version)

    @property
    def blocks(self) -> list[tuple[str, str]]:
        """``("h2" or "p", text)`` in reading order."""
        return [("h2", part[2:]) if part.startswith("# ") else ("p", part) for part in _paragraphs(self.text)]

    @property
    def what_changed(self) -> list[str]:
        """``changes`` in paragraphs."""
        return _paragraphs(self.changes)


@dataclass(frozen=True)
class Shelf:
    """Every version, oldest first."""

    versions: tuple[Terms, ...]

    def current(self, today: date) -> Terms:
        """The newest of those that are in force; before the first one's day, the first one."""
        return next((one for one in reversed(self.versions) if one.effective <= today), self.versions[0])

    def of(self, version: str) -> Terms | None:
        """The version of that number, also one whose day has not come: it can be read beforehand."""
        return next((one for one in self.versions if one.version == version), None)

    def earlier(self, today: date) -> list[Terms]:
        """Those that were in force before the current one, newest first."""
        return list(reversed(self.versions[: self.versions.index(self.current(today))]))

    def asks_again(self, today: date) -> bool:
        """Whether somebody may have accepted an earlier major version than the current one."""
        return self.versions[0].major < self.current(today).major


def load(folder: Traversable) -> Shelf:
    """The versions that ``versions.toml`` of the folder names, each with its text.

    Raises:
        ValueError: none, one that is no number, or numbers and days that do not rise together.
    """
    named = tomllib.loads((folder / "versions.toml").read_text("utf-8"))["version"]
    versions = tuple(_read(folder, **entry) for entry in named)
    order = [(tuple(map(int, one.version.split("."))), one.effective) for one in versions]
    if not versions or any(a[0] >= b[0] or a[1] >= b[1] for a, b in pairwise(order)):
        raise ValueError("versions of the terms are named oldest first, with rising numbers and days")
    return Shelf(versions)


@cache
def published() -> Shelf:
    """The versions that come with this service."""
    return load(files("activation") / "terms")


def major_of(version: str) -> int:
    """The number before the dot."""
    return int(version.partition(".")[0])


def _read(folder: Traversable, number: str, effective: date, changes: str) -> Terms:
    if not _NUMBER.fullmatch(number):
        raise ValueError(f"a version of the terms is written 1.0, not {number}")
    # bytes, then text: no line ending is changed on the way to the digest
    text = (folder / f"conditions-{number}.txt").read_bytes().decode("utf-8")
    return Terms(number, text, effective, changes)


def _paragraphs(text: str) -> list[str]:
    parts = (" ".join(part.split("\n")).strip() for part in text.split("\n\n"))
    return [part for part in parts if part]
