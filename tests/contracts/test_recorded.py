"""Committed contracts never change unseen: neither by the command that writes them nor by hand, with git or without."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import ClassVar, Literal

import pytest
from contracts.examples import EXAMPLES
from contracts.golden_files import GOLDEN, as_sent, golden_files, of_type, write_missing

from shared.contracts import schemas
from shared.contracts.compatibility import differences
from shared.contracts.event import Event
from shared.contracts.events import EmailConfirmed
from shared.contracts.recorded import alterations, unrecorded
from shared.contracts.schemas import FOLDER, write

TOP = Path(__file__).parents[2]
RETIRED: frozenset[str] = frozenset()
"""``<name>.v<version>`` that nobody publishes any more and no queue, delayed tier or dead letters hold."""


class Moved(Event):
    """A person moved."""

    source: ClassVar[str] = "registration"
    name: ClassVar[str] = "moved"
    town: str


class MovedWithCountry(Moved):
    """With one optional field more."""

    country: str = "FR"


class MovedNear(Moved):
    """With fewer values."""

    town: Literal["Bordeaux"]


@pytest.mark.parametrize("folder", [FOLDER, GOLDEN], ids=lambda folder: folder.name)
def test_every_committed_file_is_as_recorded(folder):
    assert alterations(folder) == []
    assert unrecorded(folder) == set()
    subprocess.run(["sha256sum", "--check", "--quiet", "--strict", "SHA256SUMS"], cwd=folder, check=True)


def test_a_schema_is_replaced_by_a_wider_one_only(tmp_path):
    assert write([Moved], tmp_path) == []
    assert write([MovedWithCountry], tmp_path) == []
    written = (tmp_path / "moved.v1.json").read_text()
    assert "country" in json.loads(written)["properties"]
    found = write([MovedNear], tmp_path)
    assert any(sentence.startswith("moved.v1: country is gone") for sentence in found)
    assert any(sentence.startswith("moved.v1: town: values") for sentence in found)
    assert all(sentence.endswith("make it version 2") for sentence in found)
    assert (tmp_path / "moved.v1.json").read_text() == written
    assert alterations(tmp_path) == []


def test_a_schema_altered_or_removed_by_hand_is_not_written_over(tmp_path):
    write([Moved], tmp_path)
    file = tmp_path / "moved.v1.json"
    file.write_text(schemas.schema_text(MovedNear))
    assert write([MovedNear], tmp_path) == ["moved.v1.json is not what was recorded: take it back from the history"]
    file.unlink()
    assert write([MovedNear], tmp_path) == ["moved.v1.json is gone: take it back from the history"]
    assert not file.exists()


def test_the_command_says_why_and_fails(tmp_path, monkeypatch, capsys):
    write([Moved], tmp_path)
    monkeypatch.setattr(schemas, "FOLDER", tmp_path)
    monkeypatch.setattr(schemas, "MESSAGES", (MovedNear,))
    assert schemas.main() == 1
    assert "make it version 2" in capsys.readouterr().err
    monkeypatch.setattr(schemas, "MESSAGES", (MovedWithCountry,))
    assert schemas.main() == 0


def test_golden_messages_are_added_and_never_written_over(tmp_path):
    for path in golden_files():
        shutil.copy(path, tmp_path)
    kept = {path.name: path.read_bytes() for path in golden_files(tmp_path)}
    assert write_missing(EXAMPLES, tmp_path) == []
    today = next(one for one in EXAMPLES if isinstance(one, EmailConfirmed))
    first = today.model_copy(update={"family_name": "Autre"})
    assert write_missing((first,), tmp_path) == [f"{first.name}.v1.2.json"]
    assert write_missing((first,), tmp_path) == []
    assert write_missing((today,), tmp_path) == [f"{first.name}.v1.3.json"]
    assert {name: (tmp_path / name).read_bytes() for name in kept} == kept
    assert json.loads(of_type(type(first), tmp_path)[-1].read_text()) == as_sent(today)
    (tmp_path / f"{first.name}.v1.2.json").unlink()
    with pytest.raises(ValueError, match=r"v1\.2\.json is gone"):
        write_missing(EXAMPLES, tmp_path)


def earlier(folder: Path) -> list[tuple[str, bytes]]:
    """Name and content of everything that main ever held in a folder.

    Only first parents count: what a branch tried on its way and main never held was in nobody's queue.
    """
    if not (TOP / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git checkout: SHA256SUMS alone watches")
    log = _git("log", "--first-parent", "-m", "--raw", "--no-abbrev", "--no-renames", "--format=", "--", str(folder))
    rows = {(row.split("\t")[1], row.split()[3]) for row in log.decode().splitlines()}
    present = [(path, blob) for path, blob in sorted(rows) if path.endswith(".json") and set(blob) != {"0"}]
    return [(Path(path).name, _git("cat-file", "blob", blob)) for path, blob in present]


def test_every_earlier_schema_may_be_replaced_by_todays():
    for name, content in earlier(FOLDER):
        if name.removesuffix(".json") not in RETIRED:
            assert (FOLDER / name).exists(), f"{name} is gone"
            assert differences(json.loads(content), json.loads((FOLDER / name).read_text())) == [], name


def test_every_earlier_golden_message_is_still_there():
    for name, content in earlier(GOLDEN):
        if ".".join(name.split(".")[:2]) not in RETIRED:
            assert (GOLDEN / name).exists(), f"{name} is gone"
            assert (GOLDEN / name).read_bytes() == content, f"{name} was changed"


def _git(*arguments: str) -> bytes:
    return subprocess.run(["git", *arguments], cwd=TOP, check=True, stdout=subprocess.PIPE).stdout
