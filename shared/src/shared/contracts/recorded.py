"""Files that never change unseen: ``SHA256SUMS`` beside them says what was recorded (``sha256sum -c SHA256SUMS``).

What it is for: a committed contract must not be altered or dropped by accident, also where there is no git history to
look into (an archive, a shallow clone, an image build).
"""

from hashlib import sha256
from pathlib import Path

SUMS = "SHA256SUMS"


def record(folder: Path) -> None:
    """Record every JSON file of a folder as it is now."""
    lines = [f"{_sum(path)}  {path.name}\n" for path in sorted(folder.glob("*.json"))]
    (folder / SUMS).write_text("".join(lines))


def alterations(folder: Path) -> list[str]:
    """One sentence for each file that was recorded and is gone or another one now."""
    return [
        f"{name} is {'gone' if not (folder / name).exists() else 'not what was recorded'}: take it back from the history"
        for name, expected in _recorded(folder).items()
        if not (folder / name).exists() or _sum(folder / name) != expected
    ]


def unrecorded(folder: Path) -> set[str]:
    """Names of the JSON files that are not recorded."""
    return {path.name for path in folder.glob("*.json")} - _recorded(folder).keys()


def _recorded(folder: Path) -> dict[str, str]:
    sums = folder / SUMS
    rows = (line.split(maxsplit=1) for line in sums.read_text().splitlines()) if sums.exists() else ()
    return {name: expected for expected, name in rows}


def _sum(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
