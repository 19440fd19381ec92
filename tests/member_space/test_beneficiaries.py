"""Whom a contract covers: imported from the back office, shown with the contract."""

import asyncio
import re

import pytest
from sqlalchemy import text
from support.statements import asked
from support.waiting_locks import somebody_waits

from member_space.contracts.beneficiary_import import BENEFICIARIES
from member_space.contracts.contract_import import CONTRACTS
from member_space.contracts.queries import all_beneficiaries
from shared.contracts.person_id import person_id

CONTRACT = "reference;number;coverage;since;beneficiaries\n"
HEADER = "number;contract;reference;given_name;family_name;birth_date;relation;since;until\n"
JEANNE = "B-0001;C-0001;R1;Jeanne;GARNIER;27/03/1957;adhérent;01/01/2014;\n"
LEA = "B-0002;C-0001;R1;Léa;GARNIER;03/04/2012;enfant;03/04/2012;\n"


@pytest.fixture
async def contracts(load) -> None:
    lines = "R1;C-0001;1;01/01/2014;Jeanne:adhérent|Ancien:conjoint\nR2;C-0002;1;01/01/2014;Paul:adhérent\n"
    assert (await load(CONTRACTS, CONTRACT + lines))[0] == 2


async def rows(database, query: str):
    async with database.unit_of_work() as work:
        return [tuple(row) for row in await work.session.execute(text(query))]


async def test_a_beneficiary_is_stored_and_updated(load, database, contracts) -> None:
    assert await load(BENEFICIARIES, HEADER + JEANNE + LEA) == (2, "ligne;colonne;motif\n")
    columns = "given_name, family_name, birth_date::text, relation, since::text, until::text"
    query = f"select {columns} from beneficiary order by number"
    assert await rows(database, query) == [
        ("Jeanne", "GARNIER", "1957-03-27", "adhérent", "2014-01-01", None),
        ("Léa", "GARNIER", "2012-04-03", "enfant", "2012-04-03", None),
    ]
    assert (await load(BENEFICIARIES, HEADER + LEA.replace(";\n", ";31/12/2030\n")))[0] == 1
    assert (await rows(database, query))[1][-1] == "2030-12-31"


@pytest.mark.parametrize(
    ("change", "column", "reason"),
    [
        (("C-0001", "C-0009"), "contract", "n’existe pas"),
        (("C-0001", "C-0002"), "contract", "d’une autre personne"),
        (("R1", "R2"), "contract", "d’une autre personne"),
        (("B-0002", "B 2"), "number", "forme inattendue"),
        (("enfant", "cousin"), "relation", "adhérent, conjoint, enfant ou autre"),
        ((";03/04/2012;enfant", ";03/04/2112;enfant"), "birth_date", "date passée"),
        (("enfant;03/04/2012", "enfant;03/04/2011"), "since", "antérieure à la naissance"),
        ((";\n", ";02/04/2012\n"), "until", "fin avant le début"),
        (("Léa", ""), "given_name", "valeur manquante"),
    ],
)
async def test_wrong_lines_are_refused_with_a_reason(load, database, contracts, change, column, reason) -> None:
    loaded, report = await load(BENEFICIARIES, HEADER + LEA.replace(*change) + JEANNE)
    assert loaded == 1
    (refused,) = report.splitlines()[1:]
    assert refused.startswith(f"2;{column};")
    assert reason in refused
    assert await rows(database, "select number from beneficiary") == [("B-0001",)]


async def test_a_number_never_moves_to_another_person(load, database, contracts) -> None:
    await load(BENEFICIARIES, HEADER + LEA)
    stranger = LEA.replace("C-0001;R1", "C-0002;R2").replace("Léa", "Autre")
    loaded, report = await load(BENEFICIARIES, HEADER + stranger + JEANNE)
    assert loaded == 1
    assert report.splitlines()[1:] == ["2;number;ce numéro est déjà celui du bénéficiaire d’une autre personne"]
    assert ("Léa", "C-0001") in await rows(database, "select given_name, contract from beneficiary")
    # wrong twice is one refused line, told with what is to be mended first
    loaded, report = await load(BENEFICIARIES, HEADER + stranger.replace("C-0002", "C-0009"))
    assert (loaded, len(report.splitlines())) == (0, 2)


async def test_the_contract_names_those_who_are_covered_today(load, client, activation, open_space, contracts) -> None:
    person = await open_space("R1")

    async def named() -> str:
        page = (await client.get("/espace/", headers=activation.header(person))).text
        found = re.search(r"<dt>Bénéficiaires</dt><dd>([^<]*)", page)
        return found[1] if found else ""

    assert await named() == "Jeanne (vous), Ancien (conjoint)"
    await load(BENEFICIARIES, HEADER + LEA + "B-0003;C-0001;R1;Tom;GARNIER;01/02/2010;enfant;01/01/2014;\n" + JEANNE)
    assert await named() == "Jeanne (vous), Tom (enfant), Léa (enfant)"
    await load(BENEFICIARIES, HEADER + LEA.replace(";\n", ";31/12/2020\n"))
    assert await named() == "Jeanne (vous), Tom (enfant)"
    leaving = JEANNE + "B-0003;C-0001;R1;Tom;GARNIER;01/02/2010;enfant;01/01/2014;\n"
    await load(BENEFICIARIES, HEADER + leaving.replace(";\n", ";31/12/2020\n"))
    assert await named() == ""


async def test_those_of_one_person_are_found_by_an_index(database) -> None:
    async with database.unit_of_work() as work:
        with asked() as seen:
            await all_beneficiaries(work.session, person_id("R1"))
        connection = await work.session.connection()
        # of a table of nothing the planner would read the whole
        await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        [(query, given)] = seen
        plan = await connection.exec_driver_sql(f"EXPLAIN {query}", given)
        assert "ix_beneficiary_person_id" in "".join(row[0] for row in plan)


async def test_a_contract_that_a_purge_takes_meanwhile_refuses_its_lines_alone(load, database, contracts) -> None:
    other = "B-0009;C-0002;R2;Paul;LEFÈVRE;14/06/1962;adhérent;01/01/2014;\n"
    async with database.unit_of_work() as work:
        await work.session.execute(text("delete from contract where number = 'C-0001'"))
        importing = asyncio.create_task(load(BENEFICIARIES, HEADER + LEA + other))
        await somebody_waits(database)
    loaded, report = await importing
    assert (loaded, report.splitlines()[1:]) == (1, ["2;contract;ce contrat n’existe pas, ou n’est plus conservé"])
    assert await rows(database, "select number from beneficiary") == [("B-0009",)]
