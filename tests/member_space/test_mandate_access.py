"""Role × object × mandate: over every route of ``/espace``, who gets in and who does not.

``ADDRESSES`` must name every route; a route that is not in it makes these tests fail.
"""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from fastapi.routing import iter_route_contexts
from sqlalchemy import text
from support.case_details import details_of

from member_space.access.actions import Action
from member_space.access.scopes import Scope
from member_space.access.space_visit import OPENING, actions_of
from member_space.cases.models import Case, CaseFile
from member_space.cases.rules import Kind
from member_space.contracts.contract_import import CONTRACTS
from member_space.files.models import StoredFile
from member_space.mandates.models import Mandate, MandateDraft
from member_space.questions.models import Message, MessageFile, Question
from member_space.spaces.models import Space
from shared.contracts.paris import PARIS

from .test_reimbursement_pages import store

API = "/api/v1"
FILE = UUID(int=1)
"""Of the grantor's request for a document."""
REFERENCE, ATTACHED = "Q-0000-0001", UUID(int=9)
"""A question of the grantor's, and a file attached to it."""
MANDATE, DRAFT = UUID(int=11), UUID(int=12)
"""Of the grantor's: one that somebody else was given, and one that is not made yet."""
GIVEN, MAKING = f"/delegations/{MANDATE}", f"/delegations/nouvelle/{DRAFT}"
LANDING = "/espace/pour/{mandate_id}/"
"""The only address of a granted space that one's own does not have: whatever the scope, it leads on."""
OPEN_TO_ALL = {("GET", "/espace")}
"""Shows nothing of anybody: a redirection."""
DONE_BY_A_FREEZE = {Action.LOSE_MANDATE, Action.LOSE_CLOSURE}
"""Nobody asks for them (``handlers``)."""
SIGNED_IN = {("GET", OPENING)}
"""For whoever is signed in, without a space: says only that it is opening."""
POST = "POST "
ADDRESSES = {
    "/": Action.SEE_HOME,
    "/remboursements": Action.SEE_REIMBURSEMENTS,
    "/remboursements.csv": Action.DOWNLOAD_REIMBURSEMENTS,
    "/remboursements.pdf": Action.DOWNLOAD_REIMBURSEMENTS,
    "/remboursements/totaux": Action.SEE_TOTALS,
    "/remboursements/N-0001": Action.SEE_STATEMENT,
    "/garanties": Action.SEE_GUARANTEES,
    "/documents": Action.SEE_DOCUMENTS,
    "POST /documents": Action.ASK_DOCUMENT,
    "/documents/D-0000-0001": Action.SEE_DOCUMENTS,
    f"/documents/D-0000-0001/fichiers/{FILE}": Action.DOWNLOAD_DOCUMENT,
    "/adresse": Action.SEE_REPORTS,
    "POST /adresse": Action.REPORT,
    "/adresse/A-0000-0001": Action.SEE_REPORTS,
    f"/adresse/A-0000-0001/fichiers/{UUID(int=2)}": Action.SEE_REPORTS,
    "/situation": Action.SEE_REPORTS,
    "POST /situation": Action.REPORT,
    "/situation/S-0000-0001": Action.SEE_REPORTS,
    f"/situation/S-0000-0001/fichiers/{UUID(int=3)}": Action.SEE_REPORTS,
    f"{API}/documents": Action.SEE_DOCUMENTS,
    f"POST {API}/documents": Action.ASK_DOCUMENT,
    f"{API}/documents/D-0000-0001": Action.SEE_DOCUMENTS,
    f"{API}/documents/D-0000-0001/files/{FILE}": Action.DOWNLOAD_DOCUMENT,
    f"{API}/addresses": Action.SEE_REPORTS,
    f"POST {API}/addresses": Action.REPORT,
    f"{API}/addresses/A-0000-0001": Action.SEE_REPORTS,
    f"{API}/addresses/A-0000-0001/files/{UUID(int=2)}": Action.SEE_REPORTS,
    f"{API}/situations": Action.SEE_REPORTS,
    f"{API}/situation-kinds": Action.SEE_REPORTS,
    f"POST {API}/situations": Action.REPORT,
    f"{API}/situations/S-0000-0001": Action.SEE_REPORTS,
    f"{API}/situations/S-0000-0001/files/{UUID(int=3)}": Action.SEE_REPORTS,
    f"{API}/contracts": Action.SEE_HOME,
    f"{API}/guarantees": Action.SEE_GUARANTEES,
    f"{API}/profile": Action.SEE_PROFILE,
    "/documents/carte.pdf": Action.MAKE_DOCUMENT,
    "/documents/attestation-droits.pdf": Action.MAKE_DOCUMENT,
    "/profil": Action.SEE_PROFILE,
    "/profil/export": Action.SEE_PROFILE,
    "/profil/export.json": Action.EXPORT_DATA,
    "/profil/export.pdf": Action.EXPORT_DATA,
    "/profil/cloture": Action.SEE_CLOSURE,
    "/profil/cloture/verification": Action.SEE_CLOSURE,
    "POST /profil/cloture/verification": Action.REQUEST_CLOSURE,
    "POST /profil/cloture/annulation": Action.WITHDRAW_CLOSURE,
    f"{API}/openapi.json": Action.SEE_API,
    f"{API}/reimbursements": Action.SEE_REIMBURSEMENTS,
    f"{API}/reimbursements/totals": Action.SEE_TOTALS,
    f"{API}/reimbursements/totals/2026": Action.SEE_TOTALS,
    f"{API}/statements/N-0001": Action.SEE_STATEMENT,
    "/questions": Action.SEE_QUESTIONS,
    "/questions/nouvelle": Action.SEE_QUESTION_FORM,
    "POST /questions/nouvelle": Action.ASK,
    f"/questions/{REFERENCE}": Action.SEE_QUESTION,
    f"POST /questions/{REFERENCE}": Action.REPLY,
    f"/questions/{REFERENCE}/fichiers/{ATTACHED}": Action.DOWNLOAD_ATTACHMENT,
    f"{API}/questions": Action.SEE_QUESTIONS,
    f"POST {API}/questions": Action.ASK,
    f"{API}/questions/{REFERENCE}": Action.SEE_QUESTION,
    f"POST {API}/questions/{REFERENCE}/messages": Action.REPLY,
    f"{API}/questions/{REFERENCE}/files/{ATTACHED}": Action.DOWNLOAD_ATTACHMENT,
    f"{API}/question-topics": Action.SEE_QUESTION_FORM,
    "/delegations": Action.SEE_MANDATES,
    "/delegations/nouvelle": Action.PREPARE_MANDATE,
    "POST /delegations/nouvelle": Action.PREPARE_MANDATE,
    MAKING: Action.PREPARE_MANDATE,
    f"POST {MAKING}": Action.MAKE_MANDATE,
    "/delegations/invitation": Action.SEE_INVITATION,
    "POST /delegations/invitation/accepter": Action.ACCEPT_MANDATE,
    "POST /delegations/invitation/refuser": Action.DECLINE_MANDATE,
    GIVEN: Action.SEE_MANDATE,
    f"{GIVEN}/attestation.pdf": Action.DOWNLOAD_MANDATE,
    f"{GIVEN}/fin": Action.SEE_MANDATE,
    f"POST {GIVEN}/fin": Action.END_MANDATE,
    "/journal": Action.SEE_JOURNAL,
    f"{API}/mandates": Action.SEE_MANDATES,
    f"{API}/mandates/{MANDATE}": Action.SEE_MANDATE,
    f"{API}/mandates/{MANDATE}/journal": Action.SEE_MANDATE,
    f"{API}/journal": Action.SEE_JOURNAL,
}
"""An address in one's own space, after ``/espace``, with its method where that is not GET → what it does."""
OBJECTS = [one for one in ADDRESSES if any(name in one for name in ("-0001", str(MANDATE), str(DRAFT)))]
"""Those that name something of the grantor's."""


def told(address: str) -> tuple[str, str]:
    """Method and address."""
    method, _, rest = address.rpartition(" ")
    return (method or "GET", rest)


def granted(mandate: UUID, address: str) -> str:
    """The same in a grantor's space."""
    _, address = told(address)
    if address.startswith(API):
        return f"/espace{API}/pour/{mandate}{address.removeprefix(API)}"
    return f"/espace/pour/{mandate}{address}"


async def file_cases(database, person: UUID) -> None:
    """One case of each kind, with its file."""
    now = datetime.now(UTC)
    async with database.unit_of_work() as work:
        for number, kind in enumerate(Kind, 1):
            case, file, content = uuid4(), UUID(int=number), b"Secret de Jeanne"
            work.session.add(
                StoredFile(
                    id=file, owner=person, sha256=b"", kind="pdf", size=len(content), name="a.pdf", content=content,
                    created_at=now,
                )
            )  # fmt: skip
            work.session.add(
                Case(
                    id=case, reference=f"{kind[0].upper()}-0000-0001", kind=kind, subject_id=person, actor_id=person,
                    submission_id=uuid4(), details=details_of(kind, "Secret de Jeanne"),
                    state="filed", filed_at=now,
                )
            )  # fmt: skip
            await work.session.flush()
            work.session.add(CaseFile(case_id=case, file_id=file, from_desk=False))


@pytest.fixture
async def people(open_space, database, load) -> dict[str, UUID]:
    """A grantor with a décompte, a delegate, and a stranger."""
    people = {
        "grantor": await open_space("DEMO-0001"),
        "delegate": await open_space("DEMO-0003", "ALMEIDA", email="maelle@exemple.fr"),
        "stranger": await open_space("DEMO-0004", "LE BŒUF", email="fx@exemple.fr"),
    }
    await file_cases(database, people["grantor"])
    await store(database, people["grantor"], [("N-0001", date(2026, 5, 5), {"act": "Secret de Jeanne"})])
    await store_question(database, people["grantor"])
    contracts = (f"{reference};{number};1;;2020-01-01;;" for reference, number in (("DEMO-0001", "C-0001"),))
    await load(CONTRACTS, "\n".join(["reference;number;coverage;modules;since;until;beneficiaries", *contracts]))
    await store_mandates(
        database, people["grantor"], await open_space("DEMO-0005", "MARTIN", email="martin@exemple.fr")
    )
    return people


async def store_mandates(database, grantor: UUID, someone: UUID) -> None:
    """One that somebody else was given, and one that is not made yet."""
    answers = {"given_name": "Secret", "family_name": "de Jeanne", "email": "s@exemple.fr", "scopes": [], "days": 31}
    async with database.unit_of_work() as work:
        work.session.add(Mandate(**values_of(grantor, someone, Scope) | {"id": MANDATE, "email": "martin@exemple.fr"}))
        work.session.add(MandateDraft(id=DRAFT, grantor_id=grantor, answers=answers, created_at=work.now))


def values_of(grantor: UUID, delegate: UUID, scopes) -> dict:
    """Of a mandate that holds."""
    now = datetime.now(UTC)
    return {
        "id": uuid4(), "grantor_id": grantor, "delegate_id": delegate, "given_name": "Maëlle", "family_name": "Almeida",
        "email": "maelle@exemple.fr", "scopes": [*scopes], "ends_on": now.astimezone(PARIS).date() + timedelta(days=30),
        "created_at": now, "invitation_ends_at": now, "accepted_at": now,
    }  # fmt: skip


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
            id=ATTACHED, owner=person, sha256=b"", kind="pdf", size=len(content), name="a.pdf", content=content,
            created_at=work.now,
        )  # fmt: skip
        for one in (question, file, message, MessageFile(message_id=message.id, rank=0, file_id=ATTACHED)):
            work.session.add(one)
            await work.session.flush()


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
        found[address] = (await visitor(person).ask(told(address)[0], full, **headers)).status_code
    return found


def own(addresses=ADDRESSES) -> dict[str, str]:
    """The addresses in one's own space."""
    return {address: f"/espace{told(address)[1]}" for address in addresses}


def allowed(address: str) -> int:
    """What who may is answered: an empty form is refused as such."""
    return 422 if address.startswith("POST ") else 200


def all_of(mandate: UUID | str) -> dict[str, str]:
    """Every address in the space that a mandate opens."""
    return {address: granted(mandate, address) for address in ADDRESSES}


NOTHING = dict.fromkeys(ADDRESSES, 404)


def test_every_route_is_in_the_matrix(app) -> None:
    routes = [route for route in iter_route_contexts(app.routes) if (route.path or "").startswith("/espace")]
    declared = {(method, route.path): [*actions_of(route.dependant)] for route in routes for method in route.methods}
    for exempt in OPEN_TO_ALL | SIGNED_IN:
        assert declared.pop(exempt) == []
    assert declared.pop(("GET", LANDING)) == [Action.ENTER]
    seen = set()
    for route in routes:
        for address, action in ADDRESSES.items():
            method, path = told(address)
            for full in (f"/espace{path}", granted(uuid4(), address)):
                if route.path_regex.match(full) and declared.get((method, route.path)) == [action]:
                    seen.add((method, route.path))
    assert declared.keys() - seen == set(), "a route that is not in ADDRESSES, or does something else there"
    assert {*ADDRESSES.values(), Action.ENTER, *DONE_BY_A_FREEZE} == {*Action}, "an action that no address shows"


async def test_ones_own_space_is_whole(visitor, people) -> None:
    assert await answers(visitor, people["grantor"], own()) == {address: allowed(address) for address in ADDRESSES}


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
    assert landing == entered.status_code == (303 if scopes else 404)
    if scopes:
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
    for address, full in own().items():
        answer = await visitor(people["stranger"]).ask(told(address)[0], full)
        assert "Secret de Jeanne" not in answer.text, address


async def test_what_is_the_grantors_is_not_found_elsewhere(client, activation, people, mandate) -> None:
    """In a stranger's own space, in the delegate's, and in the one that another grantor's mandate opens."""
    second = await mandate(Scope, grantor_id=people["stranger"])
    places = [(people[who], own(OBJECTS)) for who in ("stranger", "delegate")]
    places.append((people["delegate"], {address: granted(second, address) for address in OBJECTS}))
    for person, addresses in places:
        for address, full in addresses.items():
            headers = activation.header(person) | {"Origin": "https://testserver"}
            answer = await client.request(told(address)[0], full, json={"text": "x"}, headers=headers)
            assert answer.status_code == 404, (address, full)
            assert "Secret de Jeanne" not in answer.text, full


async def test_a_delegate_whose_own_space_is_closed_is_told_so_at_once(visitor, people, mandate, database) -> None:
    one = await mandate(Scope)
    async with database.unit_of_work() as work:
        (await work.session.get_one(Space, people["delegate"])).closed_at = work.now
    shared = {address: granted(one, address) for address, action in ADDRESSES.items() if action.rule.scope}
    assert await answers(visitor, people["delegate"], shared) == dict.fromkeys(shared, 410)
    page = await visitor(people["delegate"]).get(granted(one, "/remboursements"))
    assert "Votre espace est clos" in page.text


async def test_nobody_gets_in_without_an_assertion(client, people, mandate) -> None:
    one = await mandate(Scope)
    shared = {address: granted(one, address) for address, action in ADDRESSES.items() if action.rule.scope}
    for address, full in (*own().items(), *shared.items()):
        origin = {"Origin": "https://testserver"}
        assert (await client.request(told(address)[0], full, headers=origin)).status_code == 401, full
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
    ones_own = (await visitor(people["grantor"]).get("/espace/remboursements")).text
    assert "Vous consultez l’espace" not in ones_own


async def test_every_access_of_a_delegate_is_in_the_journal_with_actor_and_subject(
    visitor, people, mandate, database
) -> None:
    one = await mandate(Scope)
    addresses = [address for address, action in ADDRESSES.items() if action.rule.scope and action.rule.reads]
    await answers(visitor, people["delegate"], all_of(one))
    await answers(visitor, people["grantor"], own())
    async with database.unit_of_work() as work:
        rows = (await work.session.execute(text("select * from journal_entry"))).mappings().all()
    theirs = [row for row in rows if row["mandate_id"] is not None]
    assert sorted(row["action"] for row in theirs) == sorted(
        ["enter", *(ADDRESSES[address].key for address in addresses)]
    )
    # one's own reading is not noted, and an act that was refused was none: what is left asks for no form
    assert {row["action"] for row in rows if row["mandate_id"] is None} == {Action.EXPORT_DATA.key}
    assert {(row["actor_id"], row["subject_id"], row["mandate_id"]) for row in theirs} == {
        (people["delegate"], people["grantor"], one)
    }
