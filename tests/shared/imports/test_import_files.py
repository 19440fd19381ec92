"""The import machinery on a real database: what is loaded, what is refused and how it is told."""

import csv
import tracemalloc
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Literal
from uuid import uuid4

import pytest
from pydantic import Field
from sqlalchemy import text

from launcher.postgres import PrivatePostgres
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.imports.command import NOT_DONE, run_import
from shared.imports.failures import FileRefusedError, RefusedValueError
from shared.imports.fields import Cents, FrenchDate, read_cents, read_date
from shared.imports.report import Report
from shared.imports.row import ImportRow, Refusal
from shared.imports.run import Import, Line, Progress, import_file

HEADER = "reference;name;birth;kind;amount\n"


class PetRow(ImportRow):
    reference: str = Field(max_length=10)
    name: str = Field(max_length=20)
    birth: FrenchDate
    kind: Literal["cat", "dog"] = "cat"
    amount: Cents | None = None


async def store(work: UnitOfWork, lines: Sequence[Line[PetRow]]) -> Sequence[Refusal]:
    refused = [Refusal(line.number, "name", "nom réservé") for line in lines if line.row.name == "Nobody"]
    numbers = {refusal.line for refusal in refused}
    for line in lines:
        if line.row.name == "Broken":
            raise RuntimeError("secret of the line")
        if line.number not in numbers:
            await work.session.execute(
                text("INSERT INTO pet VALUES (:r, :n, :b) ON CONFLICT (reference) DO UPDATE SET name = :n"),
                {"r": line.row.reference, "n": line.row.name, "b": line.row.birth},
            )
    return refused


PETS = Import(PetRow, key=lambda row: row.reference, store=store, batch=500)


@pytest.fixture(scope="module")
def pet_database_url(postgres: PrivatePostgres) -> str:
    return postgres.create_role_and_database(f"pets_{uuid4().hex[:8]}", "of-the-tests")


@pytest.fixture
async def database(pet_database_url: str) -> AsyncIterator[Database]:
    found = Database(pet_database_url, "test")
    async with found.unit_of_work() as work:
        await work.session.execute(text("DROP TABLE IF EXISTS pet"))
        await work.session.execute(text("CREATE TABLE pet (reference text PRIMARY KEY, name text, birth date)"))
    yield found
    await found.close()


Load = Callable[..., object]


class Loaded:
    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.path, self.report_path = database, folder / "pets.csv", folder / "report.csv"

    async def __call__(self, content: str | bytes) -> tuple[int, list[list[str]]]:
        self.path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with Report(self.report_path) as report:
            count = await import_file(PETS, self.path, self.database, report, Progress())
        with self.report_path.open(encoding="utf-8-sig", newline="") as file:
            return count, list(csv.reader(file, delimiter=";"))[1:]

    async def names(self) -> list[str]:
        async with self.database.unit_of_work() as work:
            rows = await work.session.execute(text("SELECT name FROM pet ORDER BY reference"))
            return list(rows.scalars())


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Loaded:
    return Loaded(database, tmp_path)


@pytest.mark.parametrize("content", [
    HEADER + "a;Félix;27/03/1957;;\n",
    "\ufeff" + HEADER + 'a;"Félix";1957-03-27;dog;1 234,50\n',
    HEADER.replace(";", ",") + "a,Fe\u0301lix,27/03/1957,,\r\n\r\n",
    "birth;name;Reference\n27/03/1957; Félix ;a",
    HEADER + 'a;"Félix"; 27/03/1957 ;"";"1234,5"\n',
    '"reference";"name";"birth"\n"a";"Félix";"27/03/1957"\n',
    '"reference","name","birth"\n"a","Félix","27/03/1957"\n',
])  # fmt: skip
async def test_files_that_are_well_written(load: Loaded, content: str) -> None:
    assert await load(content) == (1, [])
    assert await load.names() == ["Félix"]


@pytest.mark.parametrize(("line", "column", "reason"), [
    ("a;Felix;27/03/1957;", "", "La ligne a 4 colonnes au lieu de 5"),
    ("a;Felix;27/03/1957;;;", "", "La ligne a 6 colonnes au lieu de 5"),
    ('a;"Felix;27/03/1957;;', "", "guillemets"),
    ('a;"Fe"lix;27/03/1957;;', "", "guillemets"),
    ("a;Fe\0lix;27/03/1957;;", "", "octet nul"),
    ("a;Fe\x07lix;27/03/1957;;", "name", "caractère de contrôle"),
    ("a;;27/03/1957;;", "name", "valeur manquante"),
    (f"a;{'x' * 21};27/03/1957;;", "name", "plus de 20 caractères"),
    (f"a;{'x' * 300};27/03/1957;;", "name", "plus de 200 caractères"),
    (f"a;{'x' * 40_000};27/03/1957;;", "", "La ligne dépasse 16384 octets"),
    ("a;Felix;30/02/1957;;", "birth", "cette date n’existe pas"),
    ("a;Felix;1957;;", "birth", "date attendue"),
    ("a;Felix;27/03/1957;cow;", "kind", "valeur attendue : cat ou dog"),
    ("a;Felix;27/03/1957;;1,234", "amount", "montant attendu"),
    ("a;Nobody;27/03/1957;;", "name", "nom réservé"),
])  # fmt: skip
async def test_a_bad_line_is_refused_with_its_reason_and_spoils_no_other(
    load: Loaded, line: str, column: str, reason: str
) -> None:
    loaded, refused = await load(f"{HEADER}b;Before;01/01/2000;;\n{line}\nc;After;01/01/2000;;\n")
    assert loaded == 2
    assert [(row[0], row[1]) for row in refused] == [("3", column)]
    assert reason in refused[0][2]
    assert await load.names() == ["Before", "After"]


async def test_everything_wrong_with_a_line_is_told(load: Loaded) -> None:
    _, refused = await load(HEADER + "a;;32/01/2000;cow;\n")
    assert [row[1] for row in refused] == ["name", "birth", "kind"]
    _, refused = await load(HEADER + f"a\x07;{'x' * 201};32/01/2000;;1\x072\n")
    assert [(row[1], row[2]) for row in refused] == [
        ("reference", "caractère de contrôle"), ("name", "plus de 200 caractères"),
        ("birth", "cette date n’existe pas"), ("amount", "caractère de contrôle"),
    ]  # fmt: skip


async def test_a_sign_whose_normal_form_is_the_delimiter_makes_no_cell_more(load: Loaded) -> None:
    assert await load(HEADER + "a;Fe\u037elix;27/03/1957;;\n") == (1, [])
    assert await load.names() == ["Fe;lix"]


async def test_a_carriage_return_inside_a_line_is_refused(load: Loaded) -> None:
    loaded, refused = await load(HEADER + "a;Fe\rlix;27/03/1957;;\n")
    assert (loaded, refused[0][:2]) == (0, ["2", ""])


async def test_a_file_of_refused_lines_only(load: Loaded) -> None:
    loaded, refused = await load(HEADER + "a;;01/01/2000;;\n" * 1_200)
    assert (loaded, [row[0] for row in refused]) == (0, [str(line) for line in range(2, 1_202)])


@pytest.mark.parametrize(("content", "words"), [
    (b"", "est vide"),
    (b"reference;name\n", "Il manque ces colonnes : birth"),
    (b"reference;name;birth;colour\n", "inconnues, comptées depuis la gauche : 4"),
    (b"reference;name;birth;name\n", "répétées : name"),
    (b"123456;Felix;27/03/1957;cat;1\n", "La première ligne doit nommer les colonnes"),
    (b'"reference;name;birth\n', "illisible"),
    ((HEADER + "a;Félix;27/03/1957;;\n").encode("windows-1252"), "n’est pas en UTF-8 (ligne 2)"),
    (HEADER.encode("utf-16"), "UTF-16"),
])  # fmt: skip
async def test_a_file_that_is_refused_loads_nothing(load: Loaded, content: bytes, words: str) -> None:
    with pytest.raises(FileRefusedError) as caught:
        await load(content)
    assert words in str(caught.value)
    assert "Felix" not in str(caught.value)
    assert await load.names() == []


async def test_a_line_repeated_in_one_file_holds_as_the_last_one(load: Loaded) -> None:
    assert await load(HEADER + "a;First;01/01/2000;;\na;Second;01/01/2000;;\n") == (2, [])
    assert await load.names() == ["Second"]


async def test_an_interrupted_import_leaves_whole_batches_and_runs_again(load: Loaded) -> None:
    lines = [f"{number};Pet{number};01/01/2000;;" for number in range(1200)]
    broken = [*lines[:700], "x;Broken;01/01/2000;;", *lines[700:]]
    with pytest.raises(RuntimeError):
        await load(HEADER + "\n".join(broken))
    assert len(await load.names()) == 500
    assert await load(HEADER + "\n".join(lines)) == (1200, [])
    assert len(await load.names()) == 1200


async def test_memory_stays_flat(load: Loaded) -> None:
    def lines(count: int) -> str:
        return HEADER + "".join(f"{number};Pet{number};01/01/2000;;\n" for number in range(count))

    peaks = []
    for count in (500, 500, 5_000):
        load.path.write_text(lines(count))
        tracemalloc.start()
        with Report(load.report_path) as report:
            await import_file(PETS, load.path, load.database, report, Progress())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # the first run also fills caches; ten times the lines must not cost twice the memory
    assert peaks[2] < 2 * peaks[1]


def test_the_command_tells_in_french_and_never_shows_a_line(
    pet_database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], postgres: PrivatePostgres
) -> None:
    path = tmp_path / "pets.csv"
    name = pet_database_url.rsplit("/", 1)[1]
    create = "create table pet (reference text primary key, name text, birth date)"
    postgres.sql(f"drop table if exists pet; {create}; alter table pet owner to {name}", database=name)
    path.write_text(HEADER + "a;Felix;01/01/2000;;\nb;Oscar;32/01/2000;;\n")
    assert run_import(PETS, path, pet_database_url, None, "test") == 1
    told = capsys.readouterr()
    assert "lignes importées 1, lignes refusées 1" in told.out
    assert "1 × birth : cette date n’existe pas" in told.out
    assert "Oscar" not in told.out + told.err + (tmp_path / "pets.lignes-refusees.csv").read_text()
    path.write_text(HEADER + "a;Broken;01/01/2000;;\n")
    assert run_import(PETS, path, pet_database_url, None, "test") == NOT_DONE
    assert "import interrompu" in (told := capsys.readouterr()).err
    assert "secret" not in told.err
    assert run_import(PETS, tmp_path / "none.csv", pet_database_url, None, "test") == NOT_DONE
    assert "n’existe pas" in capsys.readouterr().err


@pytest.mark.parametrize("typed", ["1e5", "12,345", "--1", "NaN", "1,5,0", "١٢"])
def test_amounts_that_are_none(typed: str) -> None:
    with pytest.raises(RefusedValueError):
        read_cents(typed)


@pytest.mark.parametrize("typed", ["1/1/2000", "00/01/2000", "2000/01/01", "٢٧/03/1957", "27/03/0000"])
def test_dates_that_are_none(typed: str) -> None:
    with pytest.raises(RefusedValueError):
        read_date(typed)
