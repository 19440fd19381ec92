"""Home, guarantees, profile and cases as JSON: what the pages tell."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from support.case_details import details_of

from member_space.cases.models import Case
from member_space.contracts.beneficiary_import import BENEFICIARIES
from member_space.contracts.contract_import import CONTRACTS
from member_space.guarantees.guarantee_import import GUARANTEES
from shared.contracts.paris import PARIS

from .test_beneficiaries import CONTRACT, HEADER, JEANNE, LEA
from .test_mandate_access import file_cases

API = "/espace/api/v1"


@pytest.fixture
async def jeanne(visitor, open_space, load):
    """A contract that runs, with Léa, and one to come."""
    tomorrow = datetime.now(PARIS).date() + timedelta(days=1)
    lines = f"R1;C-0001;1;01/01/2014;\nR1;C-0002;2;{tomorrow:%d/%m/%Y};Jeanne:adhérent\n"
    await load(CONTRACTS, CONTRACT + lines)
    await load(BENEFICIARIES, HEADER + JEANNE + LEA)
    return visitor(await open_space("R1"))


async def test_contracts_and_whom_they_cover(jeanne) -> None:
    running, coming = await jeanne.json(f"{API}/contracts")
    assert running == {
        "number": "C-0001", "coverage": "1", "modules": [], "since": "2014-01-01", "until": None,
        "covered": [{"name": "Jeanne", "relation": "adhérent"}, {"name": "Léa", "relation": "enfant"}],
    }  # fmt: skip
    assert (coming["number"], coming["covered"]) == ("C-0002", [{"name": "Jeanne", "relation": "adhérent"}])


async def test_the_table_of_guarantees_with_ones_own_columns(jeanne, load) -> None:
    assert (await jeanne.json(f"{API}/guarantees"))["groups"] == []
    lines = "01/01/2020;aa;1;Optique;100 % santé;Verres;10 €;20 €\n01/01/2020;bb;2;Dentaire;;Soins;;1 €\n"
    await load(GUARANTEES, "edition;code;rank;post;heading;label;coverage_1;coverage_2\n" + lines)
    found = await jeanne.json(f"{API}/guarantees")
    assert found["columns"][0] == {"field": "coverage_1", "title": "Couverture 1", "own": True}
    assert [column["own"] for column in found["columns"]] == [True, *[False] * 5]
    assert found["groups"] == [
        {
            "post": "Optique", "heading": "100 % santé",
            "lines": [{"label": "Verres", "cells": ["10 €", "20 €", "", "", "", ""]}],
        },
        {"post": "Dentaire", "heading": "", "lines": [{"label": "Soins", "cells": ["", "1 €", "", "", "", ""]}]},
    ]  # fmt: skip


async def test_what_is_held_and_the_closure_that_was_asked_for(jeanne) -> None:
    found = await jeanne.json(f"{API}/profile")
    assert (found["identity"]["family_name"], found["identity"]["email"]) == ("GARNIER", "couriel@exemple.fr")
    assert [one["number"] for one in found["contracts"]] == ["C-0001", "C-0002"]
    assert [(one["given_name"], one["birth_date"]) for one in found["beneficiaries"]] == [
        ("Jeanne", "1957-03-27"), ("Léa", "2012-04-03"),
    ]  # fmt: skip
    held = {one["key"]: (one["title"], one["count"]) for one in found["holdings"]}
    assert (held["contracts"], held["files"]) == (("Contrats", 2), ("Fichiers", 0))
    assert found["elsewhere"][0].keys() == {"what", "kept"}
    assert found["closure"] is None
    review = "/espace/profil/cloture/verification"
    assert (await jeanne.fill(review, review, confirmed="oui")).status_code == 303
    asked = (await jeanne.json(f"{API}/profile"))["closure"]
    assert asked["reference"].startswith("C-")
    assert (asked["withdrawn_at"], asked["closed_at"]) == (None, None)


@pytest.mark.parametrize(
    ("path", "reference", "file"),
    [("documents", "D-0000-0001", 1), ("addresses", "A-0000-0001", 2), ("situations", "S-0000-0001", 3)],
)
async def test_one_case_and_its_file(jeanne, visitor, open_space, database, path, reference, file) -> None:
    await file_cases(database, jeanne.person)
    one = await jeanne.json(f"{API}/{path}/{reference}")
    assert one == (await jeanne.json(f"{API}/{path}"))["cases"][0]
    assert (one["reference"], one["state"], one["files"][0]["id"]) == (reference, "filed", str(UUID(int=file)))
    got = await jeanne.get(f"{API}/{path}/{reference}/files/{one['files'][0]['id']}")
    assert (got.status_code, got.headers["content-type"], got.content) == (200, "application/pdf", b"Secret de Jeanne")
    stranger = visitor(await open_space("R2", "MARTIN", email="martin@exemple.fr"))
    for address in (f"{API}/{path}/{reference}", f"{API}/{path}/{reference}/files/{UUID(int=file)}"):
        assert (await stranger.get(address, Accept="application/json")).status_code == 404


async def test_the_mutuals_lists_give_keys_that_are_taken(jeanne) -> None:
    situations = await jeanne.json(f"{API}/situation-kinds")
    assert {"key": "retraite", "words": "Passage à la retraite"} in situations
    topics = await jeanne.json(f"{API}/question-topics")
    assert {"key": "autre", "words": "Un autre sujet"} in topics
    headers = jeanne.assertion
    for one in situations:
        body = {"submission_id": str(uuid4()), "situation": one["key"], "since": "2027-01-01"}
        assert (await jeanne.client.post(f"{API}/situations", json=body, headers=headers())).status_code == 201
    for one in topics:
        body = {"topic": one["key"], "title": "Une question", "text": "Bonjour"}
        assert (await jeanne.client.post(f"{API}/questions", json=body, headers=headers())).status_code == 201


@pytest.mark.parametrize(("path", "kind"), [("documents", "document"), ("addresses", "address")])
async def test_every_case_is_reached_by_its_pages(jeanne, database, path, kind) -> None:
    first = datetime(2026, 1, 1, tzinfo=UTC)
    async with database.unit_of_work() as work:
        for number in range(60):
            # three at a time: of one moment, the ids say which comes first
            case = Case(
                id=uuid4(), reference=f"X-0000-{number:04}", kind=kind, subject_id=jeanne.person, actor_id=jeanne.person,
                submission_id=uuid4(), details=details_of(kind), state="filed", filed_at=first + timedelta(days=number // 3),
            )  # fmt: skip
            work.session.add(case)
    seen, query = [], "?size=25"
    while query:
        page = await jeanne.json(f"{API}/{path}{query}")
        seen += [(one["filed_at"], one["reference"]) for one in page["cases"]]
        query = f"?size=25&after={page['older']}" if page["older"] else ""
    assert len({reference for _, reference in seen}) == len(seen) == 60
    assert [day for day, _ in seen] == sorted((day for day, _ in seen), reverse=True)
    assert len((await jeanne.json(f"{API}/{path}"))["cases"]) == 50
    refused = await jeanne.get(f"{API}/{path}?after=x", Accept="application/json")
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "#/query/after")
