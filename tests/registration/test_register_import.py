"""The register import on a real database, from the command line and from code."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from support.registration import ring

from registration.register_import import register_import
from registration.settings import Settings
from shared.contracts.person_id import person_id
from shared.imports.command import run_import
from shared.security.fingerprints import fingerprint
from shared.security.key_ring import KeyRing

DEMONSTRATION = Path(__file__).parents[2] / "deploy" / "local" / "demonstration" / "register.csv"
HEADER = (
    "reference;member_number;nir;civility;family_name;birth_name;given_name;birth_date;"
    "address_line_1;postcode;town;country;country_name\n"
)
GOOD = "R1;123456;;Mme;GARNIER;;Jeanne;27/03/1957;12 rue des Exemples;33000;Bordeaux;;\n"

Execute = Callable[..., Awaitable[list[Any]]]


@pytest.fixture
def load(settings: Settings, tmp_path: Path) -> Callable[..., Awaitable[tuple[int, str]]]:
    """Import a text; exit status and report."""

    async def run(content: str, keys: KeyRing = settings.fingerprint_keys) -> tuple[int, str]:
        path, report = tmp_path / "register.csv", tmp_path / "report.csv"
        path.write_text(content)
        what = register_import(keys)
        status = await asyncio.to_thread(run_import, what, path, settings.database_url, report, "registration")
        return status, report.read_text("utf-8-sig")

    return run


async def test_the_demonstration_register_loads_whole(load, execute: Execute) -> None:
    assert await load(DEMONSTRATION.read_text()) == (0, "ligne;colonne;motif\n".replace("\n", "\n"))
    rows = await execute("SELECT reference, postal_zone, address_lines FROM person ORDER BY reference")
    assert len(rows) == 12
    assert {row.reference: row.postal_zone for row in rows if row.postal_zone != "metropolitan"} == {
        "DEMO-0003": "overseas", "DEMO-0009": "overseas", "DEMO-0012": "abroad",
    }  # fmt: skip
    assert rows[0].address_lines == ["Résidence des Tilleuls", "12 rue des Exemples", "33000 BORDEAUX"]
    numbers = await execute("SELECT count(*) AS total, count(DISTINCT fingerprint) AS different FROM person_number")
    assert numbers[0].total == numbers[0].different + 1  # one NIR is shared by a couple


async def test_numbers_are_kept_as_fingerprints_only(load, execute: Execute, keys: KeyRing) -> None:
    await load(HEADER + "R1;123456;2 57 03 33 999 999 21;Mme;GARNIER;;Jeanne;27/03/1957;1 rue;33000;Bordeaux;;\n")
    rows = await execute("SELECT * FROM person_number ORDER BY kind")
    assert [tuple(row) for row in rows] == [
        (person_id("R1"), "member", fingerprint(keys, "member:123456")),
        (person_id("R1"), "nir", fingerprint(keys, "nir:2570333999999")),
    ]
    assert "123456" not in str(await execute("SELECT person::text FROM person"))


async def test_running_again_updates_and_renews_fingerprints(load, execute: Execute) -> None:
    await load(HEADER + GOOD)
    changed = GOOD.replace("GARNIER", "DUPONT").replace(";123456;;", ";654321;;")
    assert (await load(HEADER + changed, ring("f2", "f1")))[0] == 0
    assert [row.family_name for row in await execute("SELECT family_name FROM person")] == ["DUPONT"]
    assert [row.fingerprint for row in await execute("SELECT fingerprint FROM person_number")] == [
        fingerprint(ring("f2"), "member:654321")
    ]


async def test_running_again_writes_only_what_has_changed(load, execute: Execute) -> None:
    both = GOOD.replace(";123456;;", ";123456;2570333999999;")
    other = GOOD.replace("R1;123456", "R2;123457")
    await load(HEADER + both + other)
    people = "SELECT reference, ctid::text, xmin::text, imported_at FROM person ORDER BY reference"
    numbers = "SELECT kind, fingerprint, ctid::text, xmin::text FROM person_number ORDER BY fingerprint"
    before = await execute(people), await execute(numbers)
    assert len(before[1]) == 3
    await load(HEADER + both + other)
    assert (await execute(people), await execute(numbers)) == before
    # one person has another name, the other has lost a number and got another
    await load(HEADER + both.replace(";123456;2570333999999;", ";;2570333999998;") + other.replace("Jeanne", "Anne"))
    (first, second), kept = await execute(people), await execute(numbers)
    assert first == before[0][0]
    assert second != before[0][1]
    assert sorted(row.kind for row in kept) == ["member", "nir"]
    assert len(set(kept) & set(before[1])) == 1


@pytest.mark.parametrize(("wrong", "column", "reason"), [
    (GOOD.replace("123456", "12345"), "member_number", "6 chiffres"),
    (GOOD.replace("123456;", ";"), "member_number", "ni numéro"),
    (GOOD.replace("123456;;", ";257033399999922;"), "nir", "clé"),
    (GOOD.replace("123456;;", ";2571333999999;"), "nir", "mois"),
    (GOOD.replace("123456;;", ";9570333999999;"), "nir", "forme"),
    (GOOD.replace("123456;;", ";25703339999;"), "nir", "13 caractères"),
    (GOOD.replace("27/03/1957", "30/02/1957"), "birth_date", "n’existe pas"),
    (GOOD.replace("27/03/1957", "27/03/2157"), "birth_date", "passé"),
    (GOOD.replace("GARNIER", "GARN1ER"), "family_name", "lettres"),
    (GOOD.replace("GARNIER", "X" * 39), "family_name", "38 caractères"),
    (GOOD.replace("12 rue des Exemples", "x" * 39), "address_line_1", "38 caractères"),
    (GOOD.replace("33000", "3300"), "postcode", "5 chiffres"),
    (GOOD.replace("Bordeaux;;", "Bordeaux;BE;"), "country_name", "étranger"),
    (GOOD.replace("Mme", "Dr"), "civility", "valeur attendue"),
    (GOOD.replace("R1", "R 1"), "reference", "forme inattendue"),
    (GOOD.replace("Jeanne", "Jea\x00nne"), "", "octet nul"),
])  # fmt: skip
async def test_a_bad_line_is_refused_with_a_reason_and_no_value(
    load, execute: Execute, wrong: str, column: str, reason: str
) -> None:
    status, report = await load(HEADER + wrong + GOOD.replace("R1", "R2"))
    lines = report.splitlines()
    assert status == 1
    assert lines[1].startswith(f"2;{column};")
    assert reason in lines[1]
    assert len(lines) == 2
    for value in wrong.split(";")[1:8]:
        assert len(value) < 4 or value not in report
    assert [row.reference for row in await execute("SELECT reference FROM person")] == ["R2"]


async def test_two_thousand_lines_with_refusals(load, execute: Execute) -> None:
    lines = [GOOD.replace("R1", f"R{number}").replace("123456", f"{number:06}") for number in range(2000)]
    lines[1000] = lines[1000].replace("27/03/1957", "27/13/1957")
    lines[1500] = '"' + lines[1500]
    status, report = await load(HEADER + "".join(lines))
    assert status == 1
    assert [line.split(";")[0] for line in report.splitlines()] == ["ligne", "1002", "1502"]
    assert (await execute("SELECT count(*) FROM person"))[0][0] == 1998
    assert (await execute("SELECT count(*) FROM person_number"))[0][0] == 1998


async def test_the_command(settings: Settings, execute: Execute, tmp_path: Path) -> None:
    from shared.security.key_ring import encode_key

    key = f"k:{encode_key(bytes(32))}"
    environment = os.environ | {
        "ENVIRONMENT": "test", "PUBLIC_URL": "https://espace.example", "DATABASE_URL": settings.database_url,
        "BROKER_URL": "amqp://127.0.0.1/", "FINGERPRINT_KEYS": key, "FORM_KEYS": key, "CAPTCHA_KEYS": key,
        "NOTIFIER_PUBLIC_KEY": key,
    }  # fmt: skip
    command = [sys.executable, "-m", "registration", "import-register", str(DEMONSTRATION)]
    command += ["--report", str(tmp_path / "report.csv")]
    done = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "register.csv : lignes importées 12, lignes refusées 0\n"
    assert (await execute("SELECT count(*) FROM person"))[0][0] == 12
