"""The back office's exports: loaded, refused with reasons, safe to run again."""

import csv
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import text

from member_space.contracts.beneficiary_import import BENEFICIARIES
from member_space.contracts.contract_import import CONTRACTS
from member_space.guarantees.guarantee_import import GUARANTEES
from member_space.reimbursements.kinds import KINDS
from member_space.reimbursements.reimbursement_import import REIMBURSEMENTS
from shared.contracts.paris import PARIS

from .conftest import DEMONSTRATION

CONTRACT = "reference;number;coverage;modules;since;until;beneficiaries\n"
REIMBURSEMENT = (
    "reference;number;care_date;beneficiary;act;"
    "spent;base;social_security_share;mutual_share;rest_to_pay;payee;paid_on\n"
)
GUARANTEE = "edition;code;rank;post;heading;label;coverage_1;coverage_2;module_a;module_b;module_c;module_plus\n"


async def one(database, query: str):
    async with database.unit_of_work() as work:
        return (await work.session.execute(text(query))).one()


@pytest.mark.parametrize(
    ("what", "name", "table"),
    [
        (CONTRACTS, "contracts", "contract"),
        (BENEFICIARIES, "beneficiaries", "beneficiary"),
        (GUARANTEES, "guarantees", "guarantee_line"),
        (REIMBURSEMENTS, "reimbursements", "reimbursement"),
    ],
)
async def test_demonstration_files_load_whole_and_again(load, database, what, name, table) -> None:
    path = DEMONSTRATION / f"{name}.csv"
    lines = len(path.read_text().splitlines()) - 1
    if what is BENEFICIARIES:
        await load(CONTRACTS, DEMONSTRATION / "contracts.csv")
    for _ in range(2):
        loaded, report = await load(what, path)
        assert (loaded, report) == (lines, "ligne;colonne;motif\n")
        assert (await one(database, f"select count(*) from {table}"))[0] == lines


async def test_contract_is_stored_and_updated(load, database) -> None:
    await load(CONTRACTS, CONTRACT + "R1;C-0001;1;+ a;01/02/2020;;Jeanne : adhérent|Léa:enfant\n")
    row = await one(database, "select coverage, modules, since::text, until, beneficiaries from contract")
    assert tuple(row) == (
        "1", ["A", "+"], "2020-02-01", None,
        [{"name": "Jeanne", "relation": "adhérent"}, {"name": "Léa", "relation": "enfant"}],
    )  # fmt: skip
    await load(CONTRACTS, CONTRACT + "R1;C-0001;2;;01/02/2020;31/12/2030;\n")
    assert tuple(await one(database, "select coverage, modules, until::text, beneficiaries from contract")) == (
        "2", [], "2030-12-31", [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "column"),
    [
        (";C-0001;1;;01/02/2020;;", "reference"),
        ("R1;C 1;1;;01/02/2020;;", "number"),
        ("R1;C-0001;3;;01/02/2020;;", "coverage"),
        ("R1;C-0001;1;D;01/02/2020;;", "modules"),
        ("R1;C-0001;1;A A;01/02/2020;;", "modules"),
        ("R1;C-0001;1;;31/02/2020;;", "since"),
        ("R1;C-0001;1;;01/02/2020;31/01/2020;", "until"),
        ("R1;C-0001;1;;01/02/2020;;Jeanne", "beneficiaries"),
        ("R1;C-0001;1;;01/02/2020;;Jeanne:cousin", "beneficiaries"),
    ],
)
async def test_wrong_contract_lines_are_refused_with_a_reason(load, line, column) -> None:
    loaded, report = await load(CONTRACTS, CONTRACT + line + "\nR2;C-0002;1;;01/02/2020;;\n")
    assert loaded == 1
    refused = report.splitlines()[1:]
    assert len(refused) == 1
    number, where, reason = refused[0].split(";", 2)
    assert (number, where) == ("2", column)
    assert reason


async def test_numbers_never_move_to_another_person(load, database) -> None:
    line = "R1;R-0001;01/02/2020;Jeanne;Acte;10,00;10,00;7,00;2,00;1,00;person;05/02/2020\n"
    await load(REIMBURSEMENTS, REIMBURSEMENT + line)
    before = await one(database, "select person_id, act from reimbursement")
    loaded, report = await load(REIMBURSEMENTS, REIMBURSEMENT + line.replace("R1;", "R2;").replace("Acte", "Autre"))
    assert loaded == 0
    assert "déjà celui du remboursement d’une autre personne" in report
    assert await one(database, "select person_id, act from reimbursement") == before
    await load(CONTRACTS, CONTRACT + "R1;C-0001;1;;01/02/2020;;\n")
    loaded, report = await load(CONTRACTS, CONTRACT + "R2;C-0001;2;;01/02/2020;;\n")
    assert (loaded, "autre personne" in report) == (0, True)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        (("10,00;10,00", "11,00;10,00"), "rest_to_pay"),
        (("7,00", "-7,00"), "social_security_share"),
        (("2,00", "2,001"), "mutual_share"),
        (("person", "nobody"), "payee"),
        (("05/02/2020", "31/01/2020"), "paid_on"),
        (("Acte", ""), "act"),
        (("Acte", "x" * 121), "act"),
    ],
)
async def test_wrong_reimbursement_lines_are_refused(load, change, column) -> None:
    line = "R1;R-0001;01/02/2020;Jeanne;Acte;10,00;10,00;7,00;2,00;1,00;person;05/02/2020\n"
    loaded, report = await load(REIMBURSEMENTS, REIMBURSEMENT + line.replace(*change))
    assert loaded == 0
    assert report.splitlines()[1].split(";")[1] == column


async def test_days_that_cannot_be_are_refused(load, database) -> None:
    today = datetime.now(PARIS).date()
    line = "R1;R-{:04};{:%d/%m/%Y};Jeanne;Acte;10,00;10,00;7,00;2,00;1,00;person;{:%d/%m/%Y}\n"
    days = [
        (date(1900, 1, 1), today + timedelta(days=31)), (today, today), (date(1899, 12, 31), today),
        (today + timedelta(days=1), today + timedelta(days=1)), (today, today + timedelta(days=32)),
    ]  # fmt: skip
    lines = "".join(line.format(number, *told) for number, told in enumerate(days))
    loaded, report = await load(REIMBURSEMENTS, REIMBURSEMENT + lines)
    assert (loaded, report.splitlines()[1:]) == (2, [
        "4;care_date;date après 1899 attendue", "5;care_date;date de soins à venir",
        "6;paid_on;versement à venir dans plus de 31 jours",
    ])  # fmt: skip
    assert tuple(await one(database, "select min(number), max(number) from reimbursement")) == ("R-0000", "R-0001")


async def test_statement_and_kind_are_kept_and_have_defaults(load, database) -> None:
    header = REIMBURSEMENT.replace("number;", "number;statement;kind;")
    line = "R1;{};{};{};01/02/2020;Jeanne;Acte;10,00;10,00;7,00;2,00;1,00;person;05/02/2020\n"
    told = [("R-0001", "D-0001", "pharmacie"), ("R-0002", "D-0001", ""), ("R-0003", "", "optique")]
    assert (await load(REIMBURSEMENTS, header + "".join(line.format(*one) for one in told)))[0] == 3
    query = "select string_agg(number || ' ' || statement || ' ' || kind, '|' order by number) from reimbursement"
    assert (await one(database, query))[0] == "R-0001 D-0001 pharmacie|R-0002 D-0001 autre|R-0003 R-0003 optique"
    # another person's décompte may have the same number: it is looked for among one's own
    assert (await load(REIMBURSEMENTS, header + line.format("R-0004", "D-0001", "").replace("R1;", "R2;")))[0] == 1
    # a file without the columns says that they have their defaults
    assert (await load(REIMBURSEMENTS, REIMBURSEMENT + line.format("R-0001", "", "").replace(";;;", ";")))[0] == 1
    assert (await one(database, query))[0].startswith("R-0001 R-0001 autre|")


@pytest.mark.parametrize(
    ("statement", "kind", "column", "reason"),
    [("D 1", "", "statement", "forme inattendue"), ("", "Pharmacie", "kind", "nature de soin attendue parmi consult")],
)
async def test_wrong_statements_and_kinds_are_refused(load, statement, kind, column, reason) -> None:
    header = REIMBURSEMENT.replace("number;", "number;statement;kind;")
    line = f"R1;R-0001;{statement};{kind};01/02/2020;Jeanne;Acte;10,00;10,00;7,00;2,00;1,00;person;05/02/2020\n"
    loaded, report = await load(REIMBURSEMENTS, header + line)
    assert loaded == 0
    assert report.splitlines()[1].startswith(f"2;{column};")
    assert reason in report


async def test_amounts_are_cents(load, database) -> None:
    line = "R1;R-0001;01/02/2020;Jeanne;Acte;1 234,56;1000;700,5;200.06;334;professional;2020-02-05\n"
    assert (await load(REIMBURSEMENTS, REIMBURSEMENT + line))[0] == 1
    row = await one(database, "select spent, base, social_security_share, mutual_share, rest_to_pay from reimbursement")
    assert tuple(row) == (123456, 100000, 70050, 20006, 33400)


async def test_guarantee_line_must_cover_something(load) -> None:
    loaded, report = await load(GUARANTEES, GUARANTEE + "01/01/2026;aa;1;Optique;;Ligne;;;;;;\n")
    assert loaded == 0
    assert "aucune garantie" in report


EDITIONS = "edition;code;rank;post;label;coverage_1\n"
CODES = "select string_agg(edition || ' ' || code, '|' order by edition, code) from guarantee_line"


async def test_what_a_whole_file_does_not_name_is_withdrawn_from_its_editions(load, database) -> None:
    lines = "".join(f"01/01/2026;{code};1;Optique;Ligne;1 €\n" for code in ("aa", "bb", "cc"))
    await load(GUARANTEES, EDITIONS + "01/01/2025;aa;1;Optique;Ligne;1 €\n" + lines)
    # something is wrong with a line: perhaps what it ought to name
    await load(GUARANTEES, EDITIONS + "01/01/2026;aa;1;Optique;Ligne;1 €\n01/01/2026;b b;1;Optique;Ligne;1 €\n")
    assert (await one(database, CODES))[0] == "2025-01-01 aa|2026-01-01 aa|2026-01-01 bb|2026-01-01 cc"
    await load(GUARANTEES, EDITIONS + "01/01/2026;bb;1;Optique;Ligne;1 €\n")
    assert (await one(database, CODES))[0] == "2025-01-01 aa|2026-01-01 bb"
    await load(GUARANTEES, EDITIONS)
    assert (await one(database, CODES))[0] == "2025-01-01 aa|2026-01-01 bb"


async def test_command_reports_and_exits(run_command, database) -> None:
    told = await run_command("import-contracts", CONTRACT + "R1;C-0001;1;;01/02/2020;;\nR2;C-0002;9;;01/02/2020;;\n")
    assert told.exit_code == 1, told.output
    assert "lignes importées 1, lignes refusées 1\n" in told.output
    assert (await one(database, "select count(*) from contract"))[0] == 1


async def test_command_tells_what_it_withdrew(run_command) -> None:
    for codes, words in (("ab", "refusées 0\n"), ("b", "refusées 0, lignes retirées 1\n")):
        lines = "".join(f"01/01/2026;{code}-1;1;Optique;Ligne;1 €\n" for code in codes)
        told = await run_command("import-guarantees", EDITIONS + lines)
        assert (told.exit_code, words in told.output) == (0, True), told.output


def demonstration(name: str) -> list[dict[str, str]]:
    with (DEMONSTRATION / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def test_the_demonstration_shows_everybody_their_own_care_and_every_kind_of_it() -> None:
    reimbursements = demonstration("reimbursements")
    births = {one["number"]: one["birth_date"] for one in demonstration("beneficiaries")}
    grown = {one["given_name"] for one in demonstration("beneficiaries") if int(births[one["number"]][-4:]) < 2008}
    holders = {one["reference"]: one["given_name"] for one in demonstration("register")}
    for line in reimbursements:
        # a spouse's or a grown-up child's care is confidential
        assert line["beneficiary"] == holders[line["reference"]] or line["beneficiary"] not in grown, line
    assert {line["kind"] for line in reimbursements} == set(KINDS)
    paid = {line["statement"]: (line["reference"], line["paid_on"]) for line in reimbursements if line["statement"]}
    assert all(
        paid[line["statement"]] == (line["reference"], line["paid_on"]) for line in reimbursements if line["statement"]
    )
    assert {one["contract"] for one in demonstration("beneficiaries")} == {
        one["number"] for one in demonstration("contracts")
    }


def test_the_demonstration_guarantees_fill_every_column_and_name_the_posts_of_every_mutual() -> None:
    lines = demonstration("guarantees")
    for column in GUARANTEE.strip().split(";")[6:]:
        assert sum(bool(line[column]) for line in lines) >= 5, column
    # UNOCAM's commitment of 14 February 2019: five posts by these names, ten at most
    posts = {line["post"] for line in lines}
    assert {"Hospitalisation", "Soins courants", "Aides auditives", "Dentaire", "Optique"} < posts
    assert len(posts) <= 10
