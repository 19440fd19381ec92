"""Role × route: over every route of ``/gestion``, who gets in and who does not. ``test_desk.py`` writes their roles down.

``ADDRESSES`` must name every route; a route that is not in it makes these tests fail.
"""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from member_space.desk.declared_roles import declared_roles
from member_space.desk.staff_visit import NOT_YOURS
from member_space.timeline.handlers import journey
from shared.database.unit_of_work import Cause
from shared.security.assertions import HEADER, Role

from .conftest import confirmed
from .letters_side import a_batch, a_page
from .test_mandate_access import ATTACHED, FILE, REFERENCE, file_cases, store_question

ZOE = uuid4()
"""Of the staff: she has taken the case and the question."""
CASE, QUESTION = "/gestion/demandes/{case_id}", "/gestion/questions/{reference}"
LETTERS, BATCH = "/gestion/courriers", "/gestion/courriers/lots/{batch_id}"
QUEUE, MESSAGE = "/gestion/exploitation/{service}/{queue}", "/gestion/exploitation/{service}/{queue}/{message}"
ADDRESSES = {
    "GET /gestion": 308,
    "GET /gestion/": 200,
    "GET /gestion/personnes": 200,
    "POST /gestion/personnes": 422,
    "GET /gestion/personnes/{person_id}": 200,
    "POST /gestion/personnes/{person_id}": 422,
    "GET /gestion/demandes": 200,
    f"GET {CASE}": 200,
    f"POST {CASE}/prendre": 403,
    f"POST {CASE}/reprendre": 422,
    f"POST {CASE}/remettre": 403,
    f"POST {CASE}/accepter": 422,
    f"POST {CASE}/refuser": 422,
    f"GET {CASE}/fichiers/{{file_id}}": 200,
    "GET /gestion/questions": 200,
    f"GET {QUESTION}": 200,
    f"POST {QUESTION}": 422,
    f"POST {QUESTION}/prendre": 422,
    f"POST {QUESTION}/reprendre": 422,
    f"POST {QUESTION}/rendre": 422,
    f"POST {QUESTION}/clore": 422,
    f"GET {QUESTION}/fichiers/{{file_id}}": 200,
    f"GET {LETTERS}": 200,
    f"POST {LETTERS}/temoin": 422,
    f"GET {BATCH}": 200,
    f"POST {BATCH}/reimprimer": 422,
    f"POST {BATCH}/doute-leve": 422,
    f"GET {LETTERS}/non-imprimables": 200,
    f"POST {LETTERS}/non-imprimables": 422,
    f"GET {LETTERS}/retours": 200,
    f"POST {LETTERS}/retours": 422,
    f"GET {LETTERS}/recherche": 200,
    f"POST {LETTERS}/recherche": 422,
    "GET /gestion/exploitation": 200,
    f"GET {QUEUE}": 503,  # of operations no service answers here: see test_operations.py
    f"POST {QUEUE}": 503,
    f"GET {MESSAGE}": 503,
    f"POST {MESSAGE}": 503,
}
"""Route → what who may is answered, about something that is there; a form without its token is refused as such."""


@pytest.fixture
async def places(open_space, database, letters_side) -> dict[str, str]:
    """What stands in the routes' braces, of things that are there, and whose case and question are Zoé's."""
    person = await open_space("DEMO-0001")
    await file_cases(database, person)
    await store_question(database, person)
    async with database.unit_of_work() as work:
        work.cause = Cause(uuid4(), work.now)
        await journey(confirmed("DEMO-0001"), work)
        taken = {"zoe": ZOE}
        await work.session.execute(text("update question set taken_by = :zoe, taken_at = now()"), taken)
        await work.session.execute(text("update member_case set state = 'taken', taken_by = :zoe"), taken)
        case = await work.session.scalar(text("select id from member_case where kind = 'document'"))
    batch = a_batch()
    letters_side.batches[batch.id] = a_page(batch)
    return {
        "person_id": str(person), "case_id": str(case), "reference": REFERENCE, "service": "member-space",
        "queue": "member-space.email-confirmed", "message": str(uuid4()), "batch_id": str(batch.id),
    }  # fmt: skip


async def ask(client, places, route: str, headers):
    method, _, path = route.partition(" ")
    file = ATTACHED if path.startswith(QUESTION) else FILE
    headers = headers | {"Origin": "https://testserver"}
    return await client.request(method, path.format(**places, file_id=file), headers=headers)


def test_every_route_of_the_desk_is_in_the_matrix(app) -> None:
    assert {tuple(route.split(" ")) for route in ADDRESSES} == declared_roles(app).keys()


@pytest.mark.parametrize("role", Role)
async def test_a_role_reaches_what_is_declared_for_it_and_nothing_else(client, app, activation, places, role) -> None:
    declared = declared_roles(app)
    for route, allowed in ADDRESSES.items():
        answer = await ask(client, places, route, activation.staff(role, staff_id=ZOE))
        lets_in = role in declared[tuple(route.split(" "))]
        assert answer.status_code == (allowed if lets_in else 403), route
        assert (NOT_YOURS in answer.text) is not lets_in, route
        if not lets_in:
            assert "Jeanne" not in answer.text


async def test_nobody_else_gets_in(client, activation, places) -> None:
    """Without an assertion, with one that is none, and with a member's."""
    member = UUID(places["person_id"])
    for route in ADDRESSES:
        for headers in ({}, {HEADER: "x"}, activation.header(member)):
            answer = await ask(client, places, route, headers)
            assert answer.status_code == 401, route
            assert "Jeanne" not in answer.text


async def test_what_is_not_there_is_not_found(client, activation, places) -> None:
    nowhere = {name: str(uuid4()) for name in places} | {"reference": "Q-0000-0009"}
    for route in ADDRESSES:
        if "{" in route:
            role = Role.EXPLOITATION if "exploitation" in route else Role.RESPONSABLE
            answer = await ask(client, nowhere, route, activation.staff(role, staff_id=ZOE))
            assert answer.status_code in {403, 404, 422}, route
            assert "Jeanne" not in answer.text
            assert answer.status_code == 404 or route.startswith("POST"), route
