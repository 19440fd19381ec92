"""What a delegate reads and does in a granted space: no page takes them for its owner, and the journal tells what was done."""

import re
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import text
from support.files_of import pdf

from member_space.access.scopes import Scope
from member_space.cases import filing
from member_space.guarantees.guarantee_import import GUARANTEES
from member_space.questions import writing
from member_space.reimbursements import statement_of_payments

from .questions_at_work import Asker
from .test_cases import events, fill, reference_of, rows, taken
from .test_made_at_once import read
from .test_mandate_access import granted, mandate, people

__all__ = ["mandate", "people"]

ASKED = {"document": "attestation-vitale", "precision": ""}


@pytest.fixture
def maelle(visitor, people):
    """The delegate."""
    return visitor(people["delegate"])


@pytest.fixture
def jeanne(visitor, people):
    """The grantor."""
    return visitor(people["grantor"])


def said(html: str) -> str:
    """What the page says to its reader, below the navigation."""
    return re.sub(r"(<[^>]+>|\s)+", " ", html[html.index("<main") :]).replace(" ,", ",")


@pytest.mark.parametrize(
    ("address", "to_delegate", "to_owner"),
    [
        ("/remboursements", "à Mme Garnier, le", "à vous, le"),
        ("/remboursements/N-0001", "à Mme Garnier, le", "à vous, le"),
        ("/documents", "Un courriel prévient Mme Garnier dès", "Un courriel vous prévient dès"),
        ("/documents", "Demandes, de la plus récente", "Vos demandes, de la plus récente"),
        ("/documents/D-0000-0001?envoye=oui", "Un courriel le confirme à Mme Garnier", "Un courriel vous le confirme"),
        ("/documents/D-0000-0001", "Ce qui a été envoyé", "Ce que vous avez envoyé"),
        ("/garanties", "du contrat de Mme Garnier portent la mention « la sienne", "votre contrat portent la mention"),
        ("/garanties", "Couverture 1 la sienne", "Couverture 1 la vôtre"),
    ],
)  # fmt: skip
async def test_a_page_knows_its_reader(maelle, jeanne, mandate, load, address, to_delegate, to_owner) -> None:
    await load(GUARANTEES, "edition;code;rank;post;label;coverage_1\n01/01/2020;aa;1;Optique;Verres;1 €\n")
    granted_page = said((await maelle.get(granted(await mandate(Scope), address))).text)
    own_page = said((await jeanne.get(f"/espace{address}")).text)
    assert (to_delegate in granted_page, to_owner in granted_page) == (True, False)
    assert (to_delegate in own_page, to_owner in own_page) == (False, True)


async def test_who_sent_a_request_is_told_to_each(
    maelle, jeanne, visitor, people, mandate, colleague, database
) -> None:
    base = f"/espace/pour/{await mandate(Scope)}"
    mine = await reference_of(await fill(maelle, f"{base}/documents", f"{base}/documents", ASKED))
    page = said((await maelle.get(f"{base}/documents/{mine}")).text)
    assert ", par vous" in page
    assert "Ce que vous avez envoyé" in page
    assert "par une personne que vous avez autorisée" not in page
    page = said((await jeanne.get(f"/espace/documents/{mine}")).text)
    assert "par une personne que vous avez autorisée" in page
    assert "Ce que vous avez envoyé" not in page
    assert ", par Mme Garnier" in said((await maelle.get(f"{base}/documents/D-0000-0001")).text)
    other = await mandate(Scope, delegate_id=people["stranger"])
    page = said((await visitor(people["stranger"]).get(granted(other, f"/documents/{mine}"))).text)
    assert ", par une autre personne autorisée" in page
    async with database.unit_of_work() as work:
        await work.session.execute(text("delete from member_case_file"))
        await work.session.execute(text("delete from member_case where reference <> :mine"), {"mine": mine})
    zoe = colleague()
    path = await taken(zoe)
    made = ("document", ("attestation.pdf", pdf(), "application/pdf"))
    await fill(zoe, path, f"{path}/accepter", {"words": "Voici."}, [made])
    for who, address, theirs in (
        (maelle, base, "Message du conseiller"),
        (jeanne, "/espace", "Message de votre conseiller"),
    ):
        assert theirs in said((await who.get(f"{address}/documents/{mine}")).text)


async def test_the_statement_of_payments_names_the_payee(maelle, jeanne, mandate, tmp_path) -> None:
    one = await mandate(Scope)
    theirs = await maelle.get(granted(one, "/remboursements.pdf"))
    assert "à Mme Garnier" in await read(theirs.content, tmp_path)
    assert "à vous" in await read((await jeanne.get("/espace/remboursements.pdf")).content, tmp_path)


async def test_a_request_of_a_delegate_is_noted_and_told_to_the_grantor(maelle, people, mandate, database) -> None:
    one = await mandate([Scope.DOCUMENTS])
    page = granted(one, "/documents")
    refused = await fill(maelle, page, page, {"document": "", "precision": "Pour l’école"})
    assert (refused.status_code, "Pour l’école" in refused.text) == (422, True)
    reference = await reference_of(await fill(maelle, page, page, ASKED))
    (line,) = await rows(database, "select * from journal_entry where action = 'ask_document'")
    assert (line["actor_id"], line["subject_id"]) == (people["delegate"], people["grantor"])
    assert (line["mandate_id"], line["object_id"]) == (one, reference)
    ((name, told),) = await events(database)
    assert (name, told["reference"], told["email"]) == ("document-requested", reference, "couriel@exemple.fr")
    assert told["person_id"] == str(people["grantor"])
    assert "maelle@exemple.fr" not in str(told)


async def test_what_was_not_served_is_not_in_the_journal(maelle, mandate, database, monkeypatch) -> None:
    one = await mandate(Scope)
    monkeypatch.setattr(statement_of_payments, "MOST", 0)
    async with database.unit_of_work() as work:
        await work.session.execute(text("delete from contract"))
    for address, status in (
        ("/remboursements.pdf", 422), ("/documents/carte.pdf", 409), ("/documents/attestation-droits.pdf", 409),
        ("/remboursements/X-0001", 404), (f"/documents/D-0000-0001/fichiers/{uuid4()}", 404),
    ):  # fmt: skip
        assert (await maelle.get(granted(one, address))).status_code == status
    assert await rows(database, "select action from journal_entry") == []
    monkeypatch.undo()
    assert (await maelle.get(granted(one, "/remboursements.pdf"))).status_code == 200
    assert [line["action"] for line in await rows(database, "select action from journal_entry")] == [
        "download_reimbursements"
    ]


async def test_a_delegate_does_not_use_up_the_grantors_day(
    client, activation, people, maelle, jeanne, mandate, database, monkeypatch
) -> None:
    monkeypatch.setattr(filing, "DAILY_LIMIT", 2)
    monkeypatch.setattr(writing, "DAILY_LIMIT", 2)
    base = f"/espace/pour/{await mandate(Scope)}"
    async with database.unit_of_work() as work:  # of long ago
        await work.session.execute(
            text("update member_case set filed_at = :then"), {"then": datetime(2026, 1, 1, tzinfo=UTC)}
        )
        await work.session.execute(text("update message set at = :then"), {"then": datetime(2026, 1, 1, tzinfo=UTC)})
    for who, address in ((maelle, base), (jeanne, "/espace")):
        sent = [await fill(who, f"{address}/documents", f"{address}/documents", ASKED) for _ in range(3)]
        assert [answer.status_code for answer in sent] == [303, 303, 429]
        asker = Asker(client, activation, who.person, address)
        assert [(await asker.ask()).status_code for _ in range(3)] == [303, 303, 422]


@pytest.mark.parametrize("scope", Scope)
async def test_every_scope_opens_a_section(maelle, mandate, scope):
    entered = await maelle.get(f"/espace/pour/{await mandate([scope])}/")
    assert entered.status_code == 303
    assert (await maelle.get(entered.headers["location"])).status_code == 200
