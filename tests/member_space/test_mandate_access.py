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
from member_space.files.models import StoredFile
from member_space.mandates.models import Mandate
from member_space.questions.models import Message, MessageFile, Question

from .test_reimbursement_pages import store

API = "/api/v1"
REFERENCE, FILE = "Q-0000-0001", UUID(int=1)
"""A question of the grantor's, and a file attached to it."""
OPEN_TO_ALL = {("GET", "/espace")}
"""Shows nothing of anybody: a redirection."""
SIGNED_IN = {("GET", OPENING)}
"""For whoever is signed in, without a space: says only that it is opening."""
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
    "/questions": Action.SEE_QUESTIONS,
    "/questions/nouvelle": Action.SEE_QUESTION_FORM,
    "POST /questions/nouvelle": Action.ASK,
    f"/questions/{REFERENCE}": Action.SEE_QUESTION,
    f"POST /questions/{REFERENCE}": Action.REPLY,
    f"/questions/{REFERENCE}/fichiers/{FILE}": Action.DOWNLOAD_ATTACHMENT,
    f"{API}/questions": Action.SEE_QUESTIONS,
    f"POST {API}/questions": Action.ASK,
    f"{API}/questions/{REFERENCE}": Action.SEE_QUESTION,
    f"POST {API}/questions/{REFERENCE}/messages": Action.REPLY,
}
"""An address in one's own space, after ``/espace``, with its method when that is not GET → what it does.

What is posted here is no valid form: who may is told so (422), who may not learns nothing (404).
"""
ALLOWED = {"GET": 200, "POST": 422}
"""Method → what who may is answered."""


def parted(address: str) -> tuple[str, str]:
    """Method and path."""
    method, _, path = address.rpartition(" ")
    return method or "GET", path


def allowed(address: str) -> int:
    return ALLOWED[parted(address)[0]]


def own(address: str) -> str:
    """The whole path in one's own space."""
    return f"/espace{parted(address)[1]}"


def granted(mandate: UUID, address: str) -> str:
    """The same in a grantor's space."""
    address = parted(address)[1]
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
    await store_question(database, people["grantor"])
    return people


async def store_question(database, person: UUID) -> None:
    async with database.unit_of_work() as work:
        content = b"Secret de Jeanne"
        question = Question(
            id=uuid4(), reference=REFERENCE, person_id=person, asked_by=person, topic="autre", title="Secret de Jeanne",
            opened_at=work.now, last_message_at=work.now,
        )  # fmt: skip
        message = Message(
            id=uuid4(), question_id=question.id, from_desk=False, author_id=person, shown_author="Mme Garnier",
            text="Secret de Jeanne", at=work.now, submission_id=uuid4(),
        )  # fmt: skip
        file = StoredFile(
            id=FILE, owner=person, sha256=b"", kind="pdf", size=len(content), name="a.pdf", content=content,
            created_at=work.now,
        )  # fmt: skip
        for one in (question, file, message, MessageFile(message_id=message.id, rank=0, file_id=FILE)):
            work.session.add(one)
            await work.session.flush()


@pytest.fixture
def mandate(database, people):
    """``await mandate(scopes, …)``: one from the grantor to the delegate that holds, but for what is given."""

    async def make(scopes, **differs) -> UUID:
        now = datetime.now(UTC)
        values = {
            "grantor_id": people["grantor"], "delegate_id": people["delegate"], "given_name": "Maëlle",
            "family_name": "Almeida", "email": "maelle@exemple.fr", "scopes": [*scopes],
            "ends_on": now.astimezone(PARIS).date() + timedelta(days=30), "created_at": now,
            "invitation_ends_at": now, "accepted_at": now,
        } | differs  # fmt: skip
        made = Mandate(id=uuid4(), **values)
        async with database.unit_of_work() as work:
            work.session.add(made)
        return made.id

    return make


async def answers(visitor, person: UUID, addresses) -> dict[str, int]:
    """What each of the addresses (short → full) is answered."""
    found = {}
    for address, full in addresses.items():
        headers = visitor(person).activation.header(person)
        accept = {"Accept": "application/json"} if API in full else {}
        answer = await visitor(person).client.request(parted(address)[0], full, headers=headers | accept)
        found[address] = answer.status_code
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
    seen = set()
    for route in routes:
        for address, action in ADDRESSES.items():
            method = parted(address)[0]
            for full in (own(address), granted(uuid4(), address)):
                if route.path_regex.match(full) and told.get((method, route.path)) == [action]:
                    seen.add((method, route.path))
    assert told.keys() - seen == set(), "a route that is not in ADDRESSES, or does something else there"
    assert {*ADDRESSES.values()} == {*Action}, "an action that no address shows"


async def test_ones_own_space_is_whole(visitor, people) -> None:
    whole = {address: own(address) for address in ADDRESSES}
    assert await answers(visitor, people["grantor"], whole) == {address: allowed(address) for address in ADDRESSES}


@pytest.mark.parametrize("scopes", [*([scope] for scope in Scope), [], [*Scope]], ids=str)
async def test_a_delegate_reaches_what_is_in_scope_and_nothing_else(visitor, people, mandate, scopes) -> None:
    expected = {
        address: allowed(address) if action.rule.scope in scopes else 404 for address, action in ADDRESSES.items()
    }
    assert await answers(visitor, people["delegate"], all_of(await mandate(scopes))) == expected


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
    for address in ADDRESSES:
        answer = await visitor(people["stranger"]).get(own(address))
        assert "Secret de Jeanne" not in answer.text


async def test_nobody_gets_in_without_an_assertion(client, people, mandate) -> None:
    one = await mandate(Scope)
    for address, action in ADDRESSES.items():
        for full in (own(address), *([granted(one, address)] if action.rule.scope else [])):
            assert (await client.request(parted(address)[0], full)).status_code == 401, full


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
    ones_own = (await visitor(people["grantor"]).get("/espace/remboursements")).text
    assert "Vous consultez l’espace" not in ones_own


async def test_every_access_of_a_delegate_is_in_the_journal_with_actor_and_subject(
    visitor, people, mandate, database
) -> None:
    one = await mandate(Scope)
    # what was posted is no valid form: nothing was done
    addresses = [address for address, action in ADDRESSES.items() if action.rule.scope and not action.rule.when_done]
    await answers(visitor, people["delegate"], all_of(one))
    await answers(visitor, people["grantor"], {address: own(address) for address in ADDRESSES})
    async with database.unit_of_work() as work:
        rows = (await work.session.execute(text("select * from journal_entry"))).mappings().all()
    assert sorted(row["action"] for row in rows) == sorted(ADDRESSES[address].key for address in addresses)
    assert {(row["actor_id"], row["subject_id"], row["mandate_id"]) for row in rows} == {
        (people["delegate"], people["grantor"], one)
    }
