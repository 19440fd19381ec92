"""The secrets of a production: a folder for each program (its SECRETS_DIR), made once and rotated key by key.

Key ids are months and a letter, `2026-11a`: they sort by age, and none is refused in production.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from string import ascii_lowercase

from launcher.files import write_private
from launcher.process import LaunchError
from launcher.production_passwords import passwords
from launcher.secret_values import HOLDERS, RINGS, new_key, public_name, public_part, value_of

Entries = list[str]
"""`kid:key` of a ring, as it is written: the first makes, all are accepted."""


def kid_of(entry: str) -> str:
    """Return the id of `kid:key`."""
    return entry.partition(":")[0]


def next_kid(today: date, taken: Entries) -> str:
    """Return the first id of this month that no key of the ring has.

    Raises:
        LaunchError: 26 keys in a month.
    """
    month = f"{today:%Y-%m}"
    kids = {kid_of(entry) for entry in taken}
    # after the last of this month, never in a gap: ids sort by age
    letters = [kid[len(month) :] for kid in kids if kid.startswith(month)]
    at = ascii_lowercase.index(max(letters)) + 1 if letters else 0
    if at >= len(ascii_lowercase):
        raise LaunchError("there are 26 keys of this month in the ring already")
    return month + ascii_lowercase[at]


class ProductionKeys:
    """Those in `folder`."""

    def __init__(self, folder: Path, today: date) -> None:
        self.folder, self.today = folder, today

    def make(self, database: str, broker: str) -> list[str]:
        """Make everything; `database` and `broker` are `host:port`. Return the programs that have a folder now.

        Raises:
            LaunchError: there is something in the folder.
        """
        if self.folder.exists() and any(self.folder.iterdir()):
            raise LaunchError(f"{self.folder} is not empty: keys that are in use are never written over")
        made: dict[str, str] = {}

        def original(name: str) -> str:
            if name not in made:
                made[name] = value_of(name, next_kid(self.today, []), original)
            return made[name]

        files = {self._file(holder, name): original(name) for name, held in HOLDERS.items() for holder in held}
        files |= {self.folder / name: content for name, content in passwords(database, broker).items()}
        for file, content in files.items():
            write_private(file, content.encode())
        return sorted({file.parent.name for file in files})

    def add(self, name: str) -> str:
        """Put a new key last: every replica has to know it before one of them uses it. Return its id."""

        def added(entries: Entries) -> Entries:
            if _newest(entries) != entries[0]:
                raise LaunchError(f"{name} has a new key already: promote it first")
            return [*entries, new_key(next_kid(self.today, entries))]

        return kid_of(self._change(name, added)[-1])

    def promote(self, name: str) -> str:
        """Put the newest key first: it makes whatever is made from now on. Return its id."""

        def promoted(entries: Entries) -> Entries:
            newest = _newest(entries)
            if newest == entries[0]:
                raise LaunchError(f"the newest key of {name} is first already: nothing to promote")
            return [newest, *(entry for entry in entries if entry != newest)]

        return kid_of(self._change(name, promoted)[0])

    def retire(self, name: str) -> str:
        """Take the oldest key away: what was made with it is refused from now on. Return its id."""

        def retired(entries: Entries) -> Entries:
            if _newest(entries) != entries[0]:
                raise LaunchError(f"{name} still makes with an older key: promote the newest first")
            if len(entries) == 1:
                raise LaunchError(f"{name} has one key, which is in use: nothing to retire")
            return [entry for entry in entries if entry != _oldest(entries)]

        gone = kid_of(_oldest(self._entries(name)))
        self._change(name, retired)
        return gone

    def listed(self) -> dict[str, list[str]]:
        """Return the ids of every ring, the one that makes first.

        Raises:
            LaunchError: a file is missing, or copies differ.
        """
        return {name: [kid_of(entry) for entry in self._entries(name)] for name in RINGS}

    def _change(self, name: str, change: Callable[[Entries], Entries]) -> Entries:
        entries = change(self._entries(name))
        content = ",".join(entries)
        for holder in HOLDERS[name]:
            write_private(self._file(holder, name), content.encode())
        if public := public_name(name):
            for holder in HOLDERS[public]:
                write_private(self._file(holder, public), public_part(public, content).encode())
        return entries

    def _entries(self, name: str) -> Entries:
        if name not in RINGS:
            raise LaunchError(f"“{name}” is no ring of keys: {', '.join(RINGS)}")
        files = [self._file(holder, name) for holder in HOLDERS[name]]
        if missing := [file for file in files if not file.is_file()]:
            raise LaunchError(f"{missing[0]} is missing: is this the folder that “keys make” made?")
        if len({file.read_text().strip() for file in files}) > 1:
            raise LaunchError(f"these differ and should not, make them the same first: {', '.join(map(str, files))}")
        return [entry.strip() for entry in files[0].read_text().split(",")]

    def _file(self, holder: str, name: str) -> Path:
        return self.folder / holder / name


def _newest(entries: Entries) -> str:
    return max(entries, key=kid_of)


def _oldest(entries: Entries) -> str:
    return min(entries, key=kid_of)
