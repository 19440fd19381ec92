"""Reimbursements as JSON: the same answers as the pages."""

from datetime import date, timedelta

import pytest

from .test_reimbursement_pages import many, store

__all__ = ["many"]

API = "/espace/api/v1"


async def test_every_line_is_reached_by_its_pages(visitor, many) -> None:
    me = visitor(many)
    found = await me.json(f"{API}/reimbursements?size=40")
    assert found["newer"] is None
    assert [line["number"] for line in found["lines"]] == [f"N-{n:04}" for n in range(59, 19, -1)]
    assert found["lines"][0] == {
        "number": "N-0059", "statement": "N-0059", "care_date": "2026-01-20", "beneficiary": "Jeanne",
        "kind": "consultation", "act": "Consultation", "spent": 3000, "base": 3000, "social_security_share": 1900,
        "mutual_share": 900, "rest_to_pay": 200, "payee": "person", "paid_on": "2026-01-20",
    }  # fmt: skip
    rest = await me.json(f"{API}/reimbursements?size=40&after={found['older']}")
    assert [line["number"] for line in rest["lines"]] == [f"N-{n:04}" for n in range(19, -1, -1)]
    assert rest["older"] is None
    back = await me.json(f"{API}/reimbursements?size=40&before={rest['newer']}")
    assert back["lines"] == found["lines"]


async def test_filters_and_totals(visitor, database, open_space) -> None:
    person = await open_space("DEMO-0003", "ALMEIDA")
    days = [date(2025, 12, 31) + timedelta(days=n) for n in range(4)]
    lines = [
        (f"N-{n:04}", day, {"beneficiary": "Noé" if n else "Lise", "kind": "dentaire"}) for n, day in enumerate(days)
    ]
    await store(database, person, lines)
    me = visitor(person)
    found = await me.json(f"{API}/reimbursements?beneficiary=Noé&kind=dentaire&period=2026")
    assert len(found["lines"]) == 3
    assert (await me.json(f"{API}/reimbursements?kind=optique"))["lines"] == []
    years = await me.json(f"{API}/reimbursements/totals")
    assert [(one["year"], one["lines"], one["spent"]) for one in years] == [(2026, 3, 9000), (2025, 1, 3000)]
    months = await me.json(f"{API}/reimbursements/totals/2026?beneficiary=Noé")
    assert [(one["month"], one["rest_to_pay"]) for one in months] == [(1, 600)]


async def test_a_statement_of_ones_own_and_no_other(visitor, many) -> None:
    me = visitor(many)
    assert [line["number"] for line in await me.json(f"{API}/statements/N-0007")] == ["N-0007"]
    refused = await me.get(f"{API}/statements/X-0001", Accept="application/json")
    assert (refused.status_code, refused.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("query", ["after=x", "period=x", "kind=x", "size=0", "size=201", "size=x", "beneficiary=%00"])
async def test_bad_input_is_told_by_its_place(visitor, many, query) -> None:
    refused = await visitor(many).get(f"{API}/reimbursements?{query}", Accept="application/json")
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == f"#/query/{query.partition('=')[0]}"


async def test_a_number_that_is_no_text_of_the_databases_is_not_there(visitor, many) -> None:
    assert (await visitor(many).get(f"{API}/statements/%00", Accept="application/json")).status_code == 404
    assert (await visitor(many).get("/espace/remboursements/%00")).status_code == 404
