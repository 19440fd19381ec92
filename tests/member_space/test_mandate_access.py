"""Role × object × mandate: over every route of ``/espace``, who gets in and who does not.

``ADDRESSES`` must name every route; a route that is not in it makes these tests fail.
"""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import text

from member_space.access.actions import Action
from member_space.access.scopes import Scope
from member_space.access.space_visit import OPENING, PARIS, actions_of
from member_space.mandates.models import Mandate, MandateDraft

from .test_reimbursement_pages import store

API = "/api/v1"
OPEN_TO_ALL = {("GET", "/espace")}
"""Shows nothing of anybody: a redirection."""
SIGNED_IN = {("GET", OPENING)}
"""For whoever is signed in, without a space: says only that it is opening."""
MANDATE, DRAFT = UUID(int=1), UUID(int=2)
"""Of the grantor's: one that somebody else was given, and one that is not made yet."""
GIVEN, MAKING = f"/delegations/{MANDATE}", f"/delegations/nouvelle/{DRAFT}"
POST = "POST "
ADDRESSES = {
    "/": Action.SEE_HOME,
    "/remboursements": Action.SEE_REIMBURSEMENTS,
    "/remboursements.csv": Action.DOWNLOAD_REIMBURSEMENTS,
    "/remboursements.pdf": Action.DOWNLOAD_REIMBURSEMENTS,
    "/remboursements/totaux": Action.SEE_TOTALS,
    "/remboursements/N-0001": Action.SEE_STATEMENT,
    "/garanties": Action.SEE_GUARANTEES,
    f"{API}/reimbursements": Action.SEE_REIMBURSEMENTS,
    f"{API}/reimbursements/totals": Action.SEE_TOTALS,
    f"{API}/reimbursements/totals/2026": Action.SEE_TOTALS,
    f"{API}/statements/N-0001": Action.SEE_STATEMENT,
    "/delegations": Action.SEE_MANDATES,
    "/delegations/nouvelle": Action.PREPARE_MANDATE,
    POST + "/delegations/nouvelle": Action.PREPARE_MANDATE,
    MAKING: Action.PREPARE_MANDATE,
    POST + MAKING: Action.MAKE_MANDATE,
    "/delegations/invitation": Action.SEE_INVITATION,
    POST + "/delegations/invitation/accepter": Action.ACCEPT_MANDATE,
    POST + "/delegations/invitation/refuser": Action.DECLINE_MANDATE,
    GIVEN: Action.SEE_MANDATE,
    f"{GIVEN}/attestation.pdf": Action.DOWNLOAD_MANDATE,
    f"{GIVEN}/fin": Action.SEE_MANDATE,
    f"{POST}{GIVEN}/fin": Action.END_MANDATE,
    "/journal": Action.SEE_JOURNAL,
    f"{API}/mandates": Action.SEE_MANDATES,
    f"{API}/mandates/{MANDATE}": Action.SEE_MANDATE,
    f"{API}/mandates/{MANDATE}/journal": Action.SEE_MANDATE,
    f"{API}/journal": Action.SEE_JOURNAL,
}
"""An address in one's own space, after ``/espace`` → what it does. ``POST /…`` without a form of ours: answered 422 to who
may send one."""
LANDING = "/espace/pour/{mandate_id}/"
"""The only address of a granted space that one's own does not have: whatever the scope, it leads on."""


def method_of(address: str) -> tuple[str, str]:
    """``GET`` where none is named, and the rest."""
    return ("POST", address.removeprefix(POST)) if address.startswith(POST) else ("GET", address)


def own(address: str) -> str:
    """In one's own space."""
    return f"/espace{method_of(address)[1]}"


def allowed(address: str) -> int:
    """What who may is answered."""
    return 422 if address.startswith(POST) else 200


def granted(mandate: UUID, address: str) -> str:
    """The same in a grantor's space."""
    address = method_of(address)[1]
    if address.startswith(API):
        return f"/espace{API}/pour/{mandate}{address.removeprefix(API)}"
    return f"/espace/pour/{mandate}{address}"


@pytest.fixture
async def people(open_space, database) -> dict[str, UUID]:
    """A grantor with a décompte, a delegate, and a stranger."""
    people = {
        "grantor": await open_space("DEMO-0001"),
        "delegate": await open_space("DEMO-0003", "ALMEIDA", email="maelle@exemple.fr"),
        "stranger": await open_space("DEMO-0004", "LE BŒUF", email="fx@exemple.fr"),
    }
    await store(database, people["grantor"], [("N-0001", date(2026, 5, 5), {"act": "Secret de Jeanne"})])
    someone = await open_space("DEMO-0005", "MARTIN", email="martin@exemple.fr")
    async with database.unit_of_work() as work:
        work.session.add(
            Mandate(**values_of(people["grantor"], someone, Scope) | {"id": MANDATE, "email": "martin@exemple.fr"})
        )
        answers = {
            "given_name": "Secret",
            "family_name": "de Jeanne",
            "email": "s@exemple.fr",
            "scopes": [],
            "days": 31,
        }
        work.session.add(
            MandateDraft(id=DRAFT, grantor_id=people["grantor"], answers=answers, created_at=datetime.now(UTC))
        )
    return people


def values_of(grantor: UUID, delegate: UUID, scopes) -> dict:
    """Of a mandate that holds."""
    now = datetime.now(UTC)
    return {
        "id": uuid4(), "grantor_id": grantor, "delegate_id": delegate, "given_name": "Maëlle", "family_name": "Almeida",
        "email": "maelle@exemple.fr", "scopes": [*scopes], "ends_on": now.astimezone(PARIS).date() + timedelta(days=30),
        "created_at": now, "invitation_ends_at": now, "accepted_at": now,
    }  # fmt: skip


@pytest.fixture
def mandate(database, people):
    """``await mandate(scopes, …)``: one from the grantor to the delegate that holds, but for what is given."""

    async def make(scopes, **differs) -> UUID:
        made = Mandate(**values_of(people["grantor"], people["delegate"], scopes) | differs)
        async with database.unit_of_work() as work:
            work.session.add(made)
        return made.id

    return make


async def answers(visitor, person: UUID, addresses) -> dict[str, int]:
    """What each of the addresses (short → full) is answered."""
    found = {}
    for address, full in addresses.items():
        headers = {"Accept": "application/json"} if API in full else {}
        send = visitor(person).post(full) if address.startswith(POST) else visitor(person).get(full, **headers)
        found[address] = (await send).status_code
    return found


def all_of(mandate: UUID | str) -> dict[str, str]:
    """Every address in the space that a mandate opens."""
    return {address: granted(mandate, address) for address in ADDRESSES}


NOTHING = dict.fromkeys(ADDRESSES, 404)


def test_every_route_is_in_the_matrix(app) -> None:
    routes = [route for route in iter_route_contexts(app.routes) if (route.path or "").startswith("/espace")]
    told = {(method, route.path): [*actions_of(route.dependant)] for route in routes for method in route.methods}
    for exempt in OPEN_TO_ALL | SIGNED_IN:
        assert told.pop(exempt) == []
    assert told.pop(("GET", LANDING)) == [Action.ENTER]
    seen = set()
    for route in routes:
        for address, action in ADDRESSES.items():
            method = method_of(address)[0]
            for full in (own(address), granted(uuid4(), address)):
                if route.path_regex.match(full) and told.get((method, route.path)) == [action]:
                    seen.add((method, route.path))
    assert told.keys() - seen == set(), "a route that is not in ADDRESSES, or does something else there"
    assert {*ADDRESSES.values(), Action.ENTER} == {*Action}, "an action that no address shows"


async def test_ones_own_space_is_whole(visitor, people) -> None:
    everything = {address: own(address) for address in ADDRESSES}
    expected = {address: allowed(address) for address in ADDRESSES}
    assert await answers(visitor, people["grantor"], everything) == expected


@pytest.mark.parametrize("scopes", [*([scope] for scope in Scope), [], [*Scope]], ids=str)
async def test_a_delegate_reaches_what_is_in_scope_and_nothing_else(visitor, people, mandate, scopes) -> None:
    may = {address for address, action in ADDRESSES.items() if action.rule.scope in scopes}
    expected = {address: allowed(address) if address in may else 404 for address in ADDRESSES}
    one = await mandate(scopes)
    assert expected.pop("/") == 404  # the home page; at its address is the landing
    found = await answers(visitor, people["delegate"], all_of(one))
    landing = found.pop("/")
    assert found == expected
    entered = await visitor(people["delegate"]).get(f"/espace/pour/{one}/")
    assert landing == entered.status_code == (404 if not scopes else 303 if entered.has_redirect_location else 200)
    if entered.has_redirect_location:
        assert entered.headers["Location"].startswith(f"/espace/pour/{one}/")
        assert (await visitor(people["delegate"]).get(entered.headers["Location"])).status_code == 200


@pytest.mark.parametrize(
    "differs",
    [
        {"accepted_at": None},
        {"ended_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"ends_on": date(2026, 1, 1)},
        {"delegate_id": None},
    ],
    ids=["not accepted", "revoked", "over", "invited only"],
)
async def test_a_mandate_that_does_not_hold_opens_nothing(visitor, people, mandate, differs) -> None:
    assert await answers(visitor, people["delegate"], all_of(await mandate(Scope, **differs))) == NOTHING


@pytest.mark.parametrize("who", ["grantor", "stranger"])
async def test_a_mandate_is_its_delegates_alone(visitor, people, mandate, who) -> None:
    assert await answers(visitor, people[who], all_of(await mandate(Scope))) == NOTHING


async def test_no_such_mandate_is_the_same_answer(visitor, people) -> None:
    for given in (str(uuid4()), "x", "0", "%00", "..%2f"):
        assert await answers(visitor, people["delegate"], all_of(given)) == NOTHING


async def test_a_stranger_sees_nothing_of_the_grantors(visitor, people) -> None:
    stranger = visitor(people["stranger"])
    for address in ADDRESSES:
        answer = await (stranger.post(own(address)) if address.startswith(POST) else stranger.get(own(address)))
        assert "Secret de Jeanne" not in answer.text
        if str(MANDATE) in address or str(DRAFT) in address:
            assert answer.status_code == 404, address


async def test_nobody_gets_in_without_an_assertion(client, people, mandate) -> None:
    one = await mandate(Scope)
    shared = [granted(one, address) for address, action in ADDRESSES.items() if action.rule.scope]
    for full in (*(own(address) for address in ADDRESSES if not address.startswith(POST)), *shared):
        assert (await client.get(full)).status_code == 401, full
    for address in ADDRESSES:
        if address.startswith(POST):
            assert (await client.post(own(address))).status_code == 401, address
    assert (await client.get(f"/espace/pour/{one}/")).status_code == 401


async def test_a_mandate_of_two_grantors_shows_each_their_own(visitor, people, mandate, database) -> None:
    await store(database, people["stranger"], [("S-0001", date(2026, 5, 5), {"act": "Secret de François"})])
    first = await mandate([Scope.REIMBURSEMENTS])
    second = await mandate([Scope.REIMBURSEMENTS], grantor_id=people["stranger"])
    pages = [(await visitor(people["delegate"]).get(granted(one, "/remboursements"))).text for one in (first, second)]
    assert ["Secret de Jeanne" in page for page in pages] == [True, False]
    assert ["Secret de François" in page for page in pages] == [False, True]
    other = await visitor(people["delegate"]).get(granted(second, "/remboursements/N-0001"))
    assert other.status_code == 404


async def test_a_delegates_page_says_whose_space_it_is_and_links_stay_in_it(visitor, people, mandate) -> None:
    one = await mandate([Scope.REIMBURSEMENTS])
    page = (await visitor(people["delegate"]).get(granted(one, "/remboursements"))).text
    assert "Vous consultez l’espace de <strong>Mme\u00a0Garnier</strong>" in page
    sections = page[page.index('<nav class="sections"') :].partition("</nav>")[0]
    assert f'href="/espace/pour/{one}/remboursements"' in sections
    assert "Garanties" not in sections
    assert "Accueil" not in sections
    main = page[page.index("<main") :].partition("</main>")[0]
    assert 'href="/espace/remboursements' not in main
    own = (await visitor(people["grantor"]).get("/espace/remboursements")).text
    assert "Vous consultez l’espace" not in own


async def test_every_access_of_a_delegate_is_in_the_journal_with_actor_and_subject(
    visitor, people, mandate, database
) -> None:
    one = await mandate(Scope)
    addresses = [address for address, action in ADDRESSES.items() if action.rule.scope]
    await answers(visitor, people["delegate"], all_of(one))
    await answers(visitor, people["grantor"], {address: own(address) for address in ADDRESSES})
    async with database.unit_of_work() as work:
        rows = (await work.session.execute(text("select * from journal_entry"))).mappings().all()
    # what was refused, and forms that came back with a mistake, are no accesses and no acts
    assert sorted(row["action"] for row in rows) == sorted(
        ["enter", *(ADDRESSES[address].key for address in addresses)]
    )
    assert {(row["actor_id"], row["subject_id"], row["mandate_id"]) for row in rows} == {
        (people["delegate"], people["grantor"], one)
    }
