"""Looks for every spelling of every secret in every file of a folder, in one pass."""

import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from canary.secret import Secret

CASE_MATTERS = frozenset({"base64", "base64url"})
"""Elsewhere capitals and small letters are one."""
_GREP = (
    "grep", "--recursive", "--fixed-strings", "--ignore-case", "--text", "--only-matching", "--byte-offset",
    "--with-filename", "--null", "--devices=skip", "--file=-", ".",
)  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """Where a secret is (path in the folder), which, and how it is written; never the secret itself."""

    place: str
    secret: Secret
    encoding: str


class Search:
    """GNU grep finds thousands of fixed texts at once; by Python's own means each 100 MB would take a minute.

    A number of 6 digits counts where no letter, digit or point is beside it: fractions of seconds and ids hold any digits.
    """

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._known: dict[bytes, list[tuple[Secret, str, bytes]]] = defaultdict(list)
        for secret in dict.fromkeys(secrets):
            # what is written alike in several encodings bears the name of the first
            for pattern, encoding in {
                pattern: encoding for encoding, pattern in reversed([*secret.patterns()])
            }.items():
                self._known[pattern.lower()].append((secret, encoding, pattern))

    def __len__(self) -> int:
        return len(self._known)

    def hits(self, folder: Path) -> set[Hit]:
        """What is found in the files of a folder."""
        return {*self._lines(folder), *self._across_lines(folder)}

    def _lines(self, folder: Path) -> Iterator[Hit]:
        patterns = b"\n".join(pattern for pattern in self._known if b"\n" not in pattern)
        environment = {"PATH": os.defpath, "LC_ALL": "C"}
        ran = subprocess.run(_GREP, input=patterns, cwd=folder, env=environment, capture_output=True, check=False)
        # files that a living server takes away meanwhile are no failure
        missed = [line for line in ran.stderr.splitlines() if not line.endswith(b"No such file or directory")]
        if missed or ran.returncode > 2:
            raise RuntimeError(f"grep: status {ran.returncode}, {len(missed)} complaints")
        for line in ran.stdout.split(b"\n")[:-1]:
            name, _, match = line.partition(b"\0")
            offset, _, matched = match.partition(b":")
            yield from self._named(folder, os.fsdecode(name).removeprefix("./"), int(offset), matched)

    def _across_lines(self, folder: Path) -> Iterator[Hit]:
        """Keys as they are may hold a line's end, which grep's patterns can't."""
        patterns = [pattern for pattern in self._known if b"\n" in pattern]
        for path in folder.rglob("*") if patterns else ():
            if path.is_file() and not path.is_symlink():
                content = path.read_bytes().lower()
                for pattern in patterns:
                    if (at := content.find(pattern)) >= 0:
                        yield from self._named(folder, str(path.relative_to(folder)), at, pattern)

    def _named(self, folder: Path, place: str, offset: int, matched: bytes) -> Iterator[Hit]:
        for secret, encoding, pattern in self._known[matched.lower()]:
            if encoding in CASE_MATTERS and matched != pattern:
                continue
            if not secret.number or encoding != "plain" or _alone(folder / place, offset, len(matched)):
                yield Hit(place, secret, encoding)


def _alone(file: Path, offset: int, length: int) -> bool:
    with file.open("rb") as opened:
        opened.seek(max(0, offset - 1))
        around = opened.read(length + 1 + min(1, offset))
    before = around[:1] if offset else b""
    after = around[len(before) + length :]
    return not any(one.isalnum() or one == b"." for one in (before, after))
