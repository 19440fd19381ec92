"""The home page: one's own data, whole and readable."""

import re
import socket
from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from member_space.app import create_app
from member_space.contracts.beneficiary_import import BENEFICIARIES
from member_space.contracts.contract_import import CONTRACTS
from member_space.guarantees.guarantee_import import GUARANTEES
from member_space.reimbursements.reimbursement_import import REIMBURSEMENTS
from shared.contracts.paris import PARIS

from .conftest import DEMONSTRATION


@pytest.fixture
async def demonstration(load) -> None:
    whole = {
        "contracts": CONTRACTS, "beneficiaries": BENEFICIARIES, "guarantees": GUARANTEES, "reimbursements": REIMBURSEMENTS,
    }  # fmt: skip
    for name, what in whole.items():
        loaded, report = await load(what, DEMONSTRATION / f"{name}.csv")
        assert loaded > 0
        assert report == "ligne;colonne;motif\n", report


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html.partition("<main")[2]))


async def test_whole_page_of_a_member(client, activation, open_space, demonstration) -> None:
    person = await open_space("DEMO-0001")
    page = await client.get("/espace/", headers=activation.header(person))
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "<h1>Bonjour Mme\u00a0Garnier</h1>" in page.text
    said = words(page.text)
    assert "Numéro se terminant par 0101" in said
    assert "DEMO-C-7" not in page.text
    assert "Couverture 2" in said
    assert "A, C" in said
    assert "1er janvier 2014" in said
    assert "Jeanne (vous), Bernard (conjoint)" in said
    assert "Claire" not in said  # her cover ended


async def test_latest_three_reimbursements_newest_first(client, activation, open_space, demonstration) -> None:
    person = await open_space("DEMO-0001")
    page = (await client.get("/espace/", headers=activation.header(person))).text
    table = page[page.index("<caption>Vos 3 derniers") : page.index("</table>")]
    acts = re.findall(r'scope="row"><a [^>]+>([^<]+)', table)
    assert acts == [
        "Analyses de laboratoire", "Consultation de rhumatologue", "Vaccin contre la grippe",
    ]  # fmt: skip
    first = table[table.index("<tbody") :].partition("</tr>")[0]
    amounts = re.findall(r'data-label="([^"]+)">(?:<strong>)?([^<]+)', first)
    assert amounts[:4] == [
        ("Dépense", "33,48\u00a0€"), ("Sécurité sociale", "18,09\u00a0€"), ("Mutuelle", "13,39\u00a0€"),
        ("Reste à payer", "2,00\u00a0€"),
    ]  # fmt: skip
    assert "au professionnel de santé, le&nbsp;3\u00a0nov.\u00a02026" in first


async def test_two_persons_see_their_own_and_nothing_else(client, activation, open_space, demonstration) -> None:
    jeanne = await open_space("DEMO-0001")
    maelle = await open_space("DEMO-0003", "D’ALMEIDA-RIVIÈRE", given_name="Maëlle")
    pages = {
        person: (await client.get("/espace/", headers=activation.header(person))).text for person in (jeanne, maelle)
    }
    only = {
        jeanne: ("Garnier", "0101", "Bernard", "Consultation de rhumatologue", "19,75"),
        maelle: ("Almeida", "0103", "Noé", "Consultation de dermatologue", "35,95"),
    }
    for person, facts in only.items():
        for fact in facts:
            assert fact in pages[person]
            assert all(fact not in page for other, page in pages.items() if other != person)


async def test_no_parameter_chooses_the_person(client, activation, open_space, demonstration) -> None:
    jeanne, maelle = await open_space("DEMO-0001"), await open_space("DEMO-0003", "ALMEIDA")
    page = await client.get(
        f"/espace/?person_id={maelle}", headers=activation.header(jeanne) | {"X-Person-Id": str(maelle)}
    )
    assert "Garnier" in page.text
    assert "Almeida" not in page.text


async def test_insured_without_contract_gets_helpful_words(client, activation, open_space) -> None:
    person = await open_space("DEMO-0002", "LEFÈVRE", civility="M.", given_name="Paul")
    page = await client.get("/espace/", headers=activation.header(person))
    assert page.status_code == 200
    said = words(page.text)
    assert "Bonjour M. Lefèvre" in said
    assert "simplement assuré du centre 602" in said
    assert "Vous n’avez pas encore de remboursement" in said


async def test_ended_contracts_are_not_shown(client, activation, open_space, load) -> None:
    person = await open_space("DEMO-0001")
    yesterday = datetime.now(PARIS).date() - timedelta(days=1)
    await load(
        CONTRACTS, f"reference;number;coverage;since;until\nDEMO-0001;OLD-0001;1;01/01/2001;{yesterday:%d/%m/%Y}\n"
    )
    page = (await client.get("/espace/", headers=activation.header(person))).text
    assert "0001" not in words(page)


async def test_a_contract_to_come_says_from_when_on(visitor, open_space, load) -> None:
    today = datetime.now(PARIS).date()
    days = (today, today + timedelta(days=1))
    lines = [f"DEMO-0001;C-000{number};1;{day:%d/%m/%Y}\n" for number, day in enumerate(days)]
    await load(CONTRACTS, "reference;number;coverage;since\n" + "".join(lines))
    page = (await visitor(await open_space("DEMO-0001")).get("/espace/")).text
    assert re.findall(r"<dt>(Depuis le|À partir du)</dt>", page) == ["Depuis le", "À partir du"]


async def test_sign_out_form_has_a_token(client, activation, open_space) -> None:
    person = await open_space("DEMO-0001")
    page = await client.get("/espace/", headers=activation.header(person))
    form = page.text[page.text.index('<form method="post" action="/deconnexion"') :].partition("</form>")[0]
    assert re.search(r'name="form_token" value="[^"]+"', form)
    assert "Se déconnecter" in form
    assert "__Host-visiteur" in page.headers["set-cookie"]


async def test_space_that_is_opening_looks_again_by_itself_and_not_for_ever(client, activation) -> None:
    sent = await client.get("/espace/", headers=activation.header(uuid4()))
    assert (sent.status_code, sent.headers["location"]) == (303, "/espace/ouverture")
    page = await client.get("/espace/ouverture", headers=activation.header(uuid4()))
    assert page.status_code == 200
    assert "<h1>Votre espace s’ouvre…</h1>" in page.text
    assert page.headers["refresh"] == "5; url=/espace/ouverture?vue=1"
    assert page.headers["cache-control"] == "no-store"
    last = await client.get("/espace/ouverture?vue=12", headers=activation.header(uuid4()))
    assert "refresh" not in last.headers
    assert "plus de temps que d’habitude" in last.text
    for odd in ("-1", "x", "²", "9999"):
        page = await client.get("/espace/ouverture", params={"vue": odd}, headers=activation.header(uuid4()))
        assert page.status_code == 200


async def test_an_open_space_waits_no_longer(client, activation, open_space) -> None:
    person = await open_space("DEMO-0001")
    page = await client.get("/espace/ouverture", headers=activation.header(person))
    assert (page.status_code, page.headers["location"]) == (303, "/espace/")


async def test_a_program_is_told_that_the_space_is_opening(client, activation) -> None:
    headers = activation.header(uuid4()) | {"Accept": "application/json"}
    told = await client.get("/espace/api/v1/reimbursements", headers=headers)
    assert (told.status_code, told.json()["title"]) == (409, "Votre espace s’ouvre")


async def test_names_are_escaped(client, activation, open_space) -> None:
    person = await open_space("DEMO-0001", "<script>x</script>")
    page = await client.get("/espace/", headers=activation.header(person))
    assert "<script>x" not in page.text
    assert "&lt;script&gt;x" in page.text


async def test_address_without_slash(client) -> None:
    page = await client.get("/espace")
    assert (page.status_code, page.headers["location"]) == (308, "/espace/")


async def test_database_away_is_a_503_page(settings, activation) -> None:
    gone = settings.model_copy(update={"database_url": f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"})
    app = create_app(gone)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://testserver") as client:
        page = await client.get("/espace/", headers=activation.header(uuid4()) | {"Accept": "text/html"})
    await app.state.database.close()
    assert page.status_code == 503
    assert "momentanément indisponible" in page.text


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
