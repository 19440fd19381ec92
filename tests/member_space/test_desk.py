"""The desk: for staff alone, each route for the roles that it declares, and none without."""

import asyncio
from collections import Counter as Times
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from sqlalchemy import literal, select
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from member_space import pages
from member_space.app import create_app
from member_space.desk import waiting
from member_space.desk.declared_roles import UndeclaredRolesError, declared_roles, require
from member_space.desk.navigation import NAVIGATION, entries_for
from member_space.desk.staff_visit import (
    Allowed,
    ForAllStaff,
    ForConseillers,
    ForExploitation,
    ForResponsables,
    with_responsable,
)
from member_space.desk.waiting import Counter
from shared.security.assertions import HEADER, Role

CONSEILLER, RESPONSABLE, EXPLOITATION = Role
BODY = {"text/html": "<h1>", "application/json": '"status":'}


async def test_the_home_page_says_who_and_with_which_role(client, activation) -> None:
    for role in Role:
        page = await client.get("/gestion/", headers=activation.staff(role, "Zoé <b>Lefèvre</b>"))
        assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
        assert "<h1>Bonjour Zoé &lt;b&gt;Lefèvre&lt;/b&gt;</h1>" in page.text
        assert f"<strong>{role}</strong>" in page.text
        assert '<body class="desk wide" data-idle="870" data-stay="/gestion">' in page.text
        assert 'action="/gestion/deconnexion"' in page.text
        assert 'action="/deconnexion"' not in page.text
        assert '<a href="/gestion/" aria-current="page">Accueil</a>' in page.text


async def test_the_address_without_its_slash(client, activation) -> None:
    assert (await client.get("/gestion")).status_code == 401
    answer = await client.get("/gestion", headers=activation.staff(CONSEILLER))
    assert (answer.status_code, answer.headers["location"]) == (308, "/gestion/")


@pytest.mark.parametrize("accept", BODY)
async def test_a_member_is_no_staff_and_staff_no_member(client, activation, open_space, accept) -> None:
    """Also with an assertion that names the other's audience: a mistaken signer must not be enough."""
    member = activation.header(await open_space("DEMO-0001"))
    staff = activation.staff(RESPONSABLE)
    for path, headers in (("/gestion/", member), ("/espace/", staff), ("/gestion/", {}), ("/gestion/", {HEADER: "x"})):
        answer = await client.get(path, headers=headers | {"Accept": accept})
        assert (answer.status_code, BODY[accept] in answer.text) == (401, True)
        for told in ("Garnier", "Zoé", "responsable"):
            assert told not in answer.text
    # refused elsewhere, neither is used up
    assert (await client.get("/espace/", headers=member)).status_code == 200
    assert (await client.get("/gestion/", headers=staff)).status_code == 200


async def test_errors_at_the_desk_look_like_the_desk(client, activation) -> None:
    page = await client.get("/gestion/nulle-part", headers=activation.staff(CONSEILLER))
    assert page.status_code == 404
    assert '<body class="desk">' in page.text
    assert '<a class="button" href="/gestion/">' in page.text
    page = await client.get("/nulle-part")
    assert '<body class="">' in page.text
    assert '<a class="button" href="/">' in page.text


async def test_one_assertion_one_request_here_too(client, activation, app) -> None:
    headers = activation.staff(CONSEILLER)
    assert (
        await client.get("/gestion/", headers=activation.staff(CONSEILLER))
    ).status_code == 200  # the keys are known
    answers = await asyncio.gather(*(client.get("/gestion/", headers=headers) for _ in range(20)))
    assert Times(answer.status_code for answer in answers) == {200: 1, 401: 19}
    late = activation.staff(CONSEILLER, now=datetime.now(UTC) - timedelta(seconds=40))
    assert (await client.get("/gestion/", headers=late)).status_code == 401


async def test_when_it_can_not_be_checked_nobody_is_trusted(client, activation) -> None:
    activation.publisher.status = 500
    answer = await client.get("/gestion/", headers=activation.staff(CONSEILLER))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


ALLOWED = {
    "/gestion/essai/conseillers": {CONSEILLER, RESPONSABLE},
    "/gestion/essai/responsables": {RESPONSABLE},
    "/gestion/essai/exploitation": {EXPLOITATION},
    "/gestion/essai/tous": {CONSEILLER, RESPONSABLE, EXPLOITATION},
}


@pytest.fixture
def four_pages(app: FastAPI) -> FastAPI:
    """The application with one route more for each declaration."""
    router = APIRouter()

    @router.get("/gestion/essai/conseillers")
    async def conseillers(visit: ForConseillers) -> str:
        return visit.who.name

    @router.get("/gestion/essai/responsables")
    async def responsables(visit: ForResponsables) -> str:
        return visit.who.name

    @router.get("/gestion/essai/exploitation")
    async def exploitation(visit: ForExploitation) -> str:
        return visit.who.name

    @router.get("/gestion/essai/tous")
    async def everybody(visit: ForAllStaff) -> str:
        return visit.who.name

    app.include_router(router)
    return app


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("path", ALLOWED)
async def test_each_route_is_for_its_roles(client, activation, four_pages, path, role) -> None:
    assert declared_roles(four_pages)["GET", path] == ALLOWED[path]
    headers = activation.staff(role)
    answer = await client.get(path, headers=headers)
    if role in ALLOWED[path]:
        assert (answer.status_code, answer.json()) == (200, "Zoé Lefèvre")
    else:
        assert answer.status_code == 403
        assert "Cette page n’est pas ouverte à votre rôle" in answer.text
        # refused for its role, it is used all the same; a new one opens what its role may open
        assert (await client.get("/gestion/", headers=headers)).status_code == 401
        assert (await client.get("/gestion/", headers=activation.staff(role))).status_code == 200


def test_every_route_of_the_desk_is_here_with_its_roles(app) -> None:
    """A new one is written down here, by whoever adds it."""
    everyone = frozenset(Role)
    conseillers, exploitation = frozenset({CONSEILLER, RESPONSABLE}), frozenset({EXPLOITATION})
    printing, letters = frozenset({RESPONSABLE, EXPLOITATION}), "/gestion/courriers"
    case, question = "/gestion/demandes/{case_id}", "/gestion/questions/{reference}"
    assert declared_roles(app) == {
        ("GET", "/gestion"): everyone,
        ("GET", "/gestion/"): everyone,
        ("GET", "/gestion/personnes"): conseillers,
        ("POST", "/gestion/personnes"): conseillers,
        ("GET", "/gestion/personnes/{person_id}"): conseillers,
        ("POST", "/gestion/personnes/{person_id}"): conseillers,
        ("GET", "/gestion/demandes"): conseillers,
        ("GET", f"{case}"): conseillers,
        ("POST", f"{case}/prendre"): conseillers,
        ("POST", f"{case}/reprendre"): frozenset({RESPONSABLE}),
        ("POST", f"{case}/remettre"): conseillers,
        ("POST", f"{case}/accepter"): conseillers,
        ("POST", f"{case}/refuser"): conseillers,
        ("GET", f"{case}/fichiers/{{file_id}}"): conseillers,
        ("GET", "/gestion/questions"): conseillers,
        ("GET", question): conseillers,
        ("POST", question): conseillers,
        ("POST", f"{question}/prendre"): conseillers,
        ("POST", f"{question}/reprendre"): frozenset({RESPONSABLE}),
        ("POST", f"{question}/rendre"): conseillers,
        ("POST", f"{question}/clore"): conseillers,
        ("GET", f"{question}/fichiers/{{file_id}}"): conseillers,
        ("GET", letters): everyone,
        ("POST", f"{letters}/temoin"): everyone,
        ("GET", f"{letters}/lots/{{batch_id}}"): everyone,
        ("POST", f"{letters}/lots/{{batch_id}}/reimprimer"): printing,
        ("POST", f"{letters}/lots/{{batch_id}}/doute-leve"): printing,
        ("GET", f"{letters}/non-imprimables"): conseillers,
        ("POST", f"{letters}/non-imprimables"): conseillers,
        ("GET", f"{letters}/retours"): conseillers,
        ("POST", f"{letters}/retours"): conseillers,
        ("GET", f"{letters}/recherche"): conseillers,
        ("POST", f"{letters}/recherche"): conseillers,
        ("GET", "/gestion/exploitation"): exploitation,
        ("GET", "/gestion/exploitation/{service}/{queue}"): exploitation,
        ("POST", "/gestion/exploitation/{service}/{queue}"): exploitation,
        ("GET", "/gestion/exploitation/{service}/{queue}/{message}"): exploitation,
        ("POST", "/gestion/exploitation/{service}/{queue}/{message}"): exploitation,
    }


async def test_the_home_page_tells_each_role_what_waits_for_it(client, activation, monkeypatch) -> None:
    async def three(visit) -> int:
        return await visit.work.session.scalar(select(literal(3)))

    counter = Counter("/gestion/essai", "Questions sans réponse", frozenset({CONSEILLER, RESPONSABLE}), three)
    monkeypatch.setattr(waiting, "COUNTERS", [counter])
    for role in Role:
        page = await client.get("/gestion/", headers=activation.staff(role))
        told = "Questions sans réponse\u00a0: <strong>3</strong>" in page.text
        assert told is (role is not EXPLOITATION)


def test_a_route_without_roles_does_not_start(app) -> None:
    async def page(request: Request) -> PlainTextResponse:
        return PlainTextResponse("open to all")

    def by_decorator(other: FastAPI) -> None:
        other.get("/gestion/ouvert")(page)

    def by_router(other: FastAPI) -> None:
        inner = APIRouter(prefix="/ouvert")
        inner.post("/tous")(page)
        outer = APIRouter(prefix="/gestion")
        outer.include_router(inner)
        other.include_router(outer)

    def by_starlette(other: FastAPI) -> None:
        other.router.routes.append(Route("/gestion/ouvert", page))

    def by_mount(other: FastAPI) -> None:
        other.mount("/gestion/ouvert", FastAPI())

    def twice(other: FastAPI) -> None:
        dependencies = [Depends(Allowed(CONSEILLER)), Depends(Allowed(EXPLOITATION))]
        other.get("/gestion/deux", dependencies=dependencies)(page)

    def elsewhere(other: FastAPI) -> None:
        other.get("/gestionnaire")(page)

    for add in (by_decorator, by_router, by_starlette, by_mount, twice):
        other = FastAPI()
        add(other)
        with pytest.raises(UndeclaredRolesError, match="/gestion/"):
            require(other)
    other = FastAPI()
    elsewhere(other)
    require(other)


def test_the_service_itself_does_not_start_with_one(settings, monkeypatch) -> None:
    """Whatever router it came by: here the members' own."""
    careless = APIRouter()
    careless.include_router(pages.router)
    careless.add_api_route("/gestion/ouvert", lambda: "open to all")
    monkeypatch.setattr(pages, "router", careless)
    with pytest.raises(UndeclaredRolesError, match="/gestion/ouvert"):
        create_app(settings)


def test_who_may_what() -> None:
    assert with_responsable(frozenset({CONSEILLER})) == {CONSEILLER, RESPONSABLE}
    assert with_responsable(frozenset({RESPONSABLE})) == {RESPONSABLE}
    assert with_responsable(frozenset({EXPLOITATION})) == {EXPLOITATION}
    with pytest.raises(ValueError, match="for somebody"):
        Allowed()


def test_the_navigation_shows_what_one_may_open(app) -> None:
    routes = declared_roles(app)
    for entry in NAVIGATION:
        assert entry.roles == routes["GET", entry.path]
    for role in Role:
        assert [entry.path for entry in entries_for(role)] == [
            entry.path for entry in NAVIGATION if role in entry.roles
        ]
