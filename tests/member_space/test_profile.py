"""What we hold about a person: told in full, exported in full, and nobody else's."""

import asyncio
import base64
import io
import json
import re
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pikepdf
import pytest
from sqlalchemy import inspect, text
from support.forgetting import forget

from member_space.cases.models import Case, CaseFile
from member_space.contracts.beneficiary_import import BENEFICIARIES
from member_space.contracts.contract_import import CONTRACTS
from member_space.files.models import StoredFile
from member_space.journal.models import JournalEntry
from member_space.mandates.models import Mandate
from member_space.profile.facts import masked
from member_space.profile.parts import NOT_PERSONAL, PARTS
from member_space.questions.models import Message, Question
from member_space.retention import rules
from member_space.tables import Table
from member_space.timeline.models import TimelineEntry
from shared.help_contact import HelpContact
from shared.printing import tagged_pdf

from .conftest import DEMONSTRATION
from .test_reimbursement_pages import store

NOW = datetime.now(UTC)
STAFF = UUID(int=77)
CONTENT = bytes(range(256)) * 8
RULES_OF = {
    "space": ["closed-space-addresses", "closed-spaces"], "contracts": ["contracts"],
    "beneficiaries": ["beneficiaries"], "reimbursements": ["reimbursements"],
    "files": ["cases", "questions", "waiting-files"], "mandates": ["invitations", "mandates"], "requests": ["cases"],
    "request_files": ["cases"], "questions": ["questions"], "messages": ["questions"], "message_files": ["questions"],
    "mandate_drafts": ["mandate-drafts"], "index": ["person-index"], "closures": ["closures"], "journey": ["timeline"],
    "journal": ["journal"],
}  # fmt: skip
"""Part → names of the rules that forget it."""


def test_every_table_has_an_exporter_or_a_reason() -> None:
    tables = {mapper.class_ for mapper in Table._sa_registry.mappers}
    exported = [part.table for part in PARTS]
    assert {*exported, *NOT_PERSONAL} == tables, "a new table: add a Part, or say why it is NOT_PERSONAL"
    assert len({*exported}) == len(exported)
    assert len({part.key for part in PARTS}) == len(PARTS)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
def test_every_column_is_exported_or_left_out_for_a_reason(part) -> None:
    columns = set(inspect(part.table).columns.keys())
    kept = columns - part.left_out.keys()
    assert part.left_out.keys() <= columns
    made = set(part.shape(dict.fromkeys(columns | part.computed.keys())))
    assert part.fields.keys() <= made
    # what a part calls otherwise is left out under its own name, with that as the reason
    assert kept <= part.fields.keys(), "a new column: say what it means, or why it is left out"


def test_no_hash_and_no_staff_are_exported() -> None:
    names = {name for part in PARTS for name in part.fields}
    assert not {name for name in names if re.search(r"hash|sha256|token|staff", name)}


@pytest.fixture
async def jeanne(database, open_space, load) -> UUID:
    """Somebody of whom there is something everywhere; and somebody else of whom there is the same."""
    await load(CONTRACTS, DEMONSTRATION / "contracts.csv")
    await load(BENEFICIARIES, DEMONSTRATION / "beneficiaries.csv")
    jeanne, other = await open_space("DEMO-0001"), await open_space("DEMO-0003", "ALMEIDA", email="other@exemple.fr")
    for number, person in enumerate((jeanne, other)):
        whose = f"P{number}"
        day = date(2026, 5, 5)
        await store(
            database, person,
            [(f"{whose}-{n}", day, {"statement": f"{whose}-D", "act": f"Soin « {whose} »"}) for n in range(3)],
        )  # fmt: skip
        async with database.unit_of_work() as work:
            work.session.add_all(
                [
                    StoredFile(
                        id=uuid4(), owner=person, sha256=b"s" * 32, kind="pdf", size=len(CONTENT), name=f"{whose}.pdf",
                        content=CONTENT, created_at=NOW,
                    ),
                    TimelineEntry(
                        event_id=uuid4(), person_id=person, occurred_at=NOW, kind="letter-printed", details={"a": whose}
                    ),
                    JournalEntry(
                        id=uuid4(), at=NOW, actor_id=STAFF, subject_id=person, staff=True, action="desk_accept",
                        object_id=whose,
                    ),
                    Mandate(
                        id=uuid4(), grantor_id=person, given_name="Paul", family_name=whose, email="p@exemple.fr",
                        scopes=["documents"], ends_on=day, created_at=NOW, token_hash=f"secret {whose}",
                        invitation_ends_at=NOW,
                    ),
                ]
            )  # fmt: skip
    return jeanne


def test_no_term_is_promised_that_nothing_keeps(settings) -> None:
    """Each term that is said is that of a rule for the table, or for what goes along with it; and the other way round."""
    terms = {rule.name: rule.term for rule in rules(settings)}
    words = {"un jour": 1, "trente jours": 30, "douze mois": 365, "cinq ans": 1826}
    for part in PARTS:
        said = {
            timedelta(days=days) for word, days in words.items() if re.search(rf"\b{word}\b", part.kept.value.lower())
        }
        assert said == {terms[name] for name in RULES_OF[part.key]}, part.key
        assert len(said) == len(re.findall(r"\b(mois|ans|jours?)\b", part.kept.value)), part.key
    told = {name for names in RULES_OF.values() for name in names}
    assert set(terms) - told == {"used-assertions"}, "it names nobody"


async def test_the_page_tells_what_there_is_and_how_long_it_is_kept(visitor, jeanne) -> None:
    page = (await visitor(jeanne).get("/espace/profil")).text
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.replace("\u00a0", " ")))
    assert "GARNIER" in said
    assert "c•••@exemple.fr" in said
    assert "couriel@exemple.fr" not in page
    for words in (
        "Décomptes 1 Cinq ans après la fin du contrat ou de la couverture, ou après le versement.",
        "Fichiers 1",
        "Accès délégués 1",
        "Lignes du journal 1 Douze mois",
        "Identité et espace 1 Cinq ans après la clôture de votre espace",
        "Le journal de sécurité de votre compte : connexions, échecs, changements touchant à la sécurité Douze mois.",
        "Vos connexions en cours",
        "Nos courriels : adresse",
        "Nos courriers : nom, date de naissance, adresses postale et électronique",
        "la preuve des conditions que vous avez acceptées Cinq ans après la clôture de votre compte.",
        "Les traces techniques du site, sans votre nom Douze mois au plus.",
    ):
        assert words in said, words
    assert "couriel@exemple.fr" in (await visitor(jeanne).get("/espace/profil?adresse=entiere")).text
    for link in set(re.findall(r'href="(/espace/[^"#]*)', page)):
        assert (await visitor(jeanne).get(link)).status_code == 200, link


def test_an_address_is_masked_whatever_it_looks_like() -> None:
    assert [masked(one) for one in ("a@b.fr", "jeanne@exemple.fr", '"a@b"@c.fr')] == [
        "a•••@b.fr", "j•••@exemple.fr", '"•••@c.fr',
    ]  # fmt: skip


async def test_the_export_is_complete_documented_and_ones_own(visitor, jeanne) -> None:
    answer = await visitor(jeanne).get("/espace/profil/export.json")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].startswith('attachment; filename="mes-donnees-')
    data = answer.json()
    assert [part.key for part in PARTS if part.key not in data] == []
    for part in PARTS:
        told = data["documentation"][part.key]["keys"]
        assert all(row.keys() == told.keys() for row in data[part.key]), part.key
    assert len(data["reimbursements"]) == 3
    assert data["contracts"]
    assert data["beneficiaries"]
    assert base64.b64decode(data["files"][0]["content"]) == CONTENT
    assert data["journal"][0] == {
        "at": NOW.isoformat(), "who": "staff", "action": "desk_accept", "mandate": None, "about": "P0",
    }  # fmt: skip
    for foreign in ("P1", "other@exemple.fr", "secret", str(STAFF), "ALMEIDA"):
        assert foreign not in answer.text, foreign
    # the export itself is an act, and stands in the next one
    again = (await visitor(jeanne).get("/espace/profil/export.json")).json()
    assert [line["action"] for line in again["journal"]].count("export_data") >= 1


async def test_the_export_gives_no_expired_document_and_says_so(visitor, jeanne, database) -> None:
    ends = {"expired": date.today() - timedelta(days=2), "there": date.today() + timedelta(days=2)}  # noqa: DTZ011
    async with database.unit_of_work() as work:
        for number, (name, until) in enumerate(ends.items()):
            case, files = uuid4(), [uuid4(), uuid4()]
            work.session.add(
                Case(
                    id=case, reference=f"D-0000-000{number}", kind="document", subject_id=jeanne, actor_id=jeanne,
                    submission_id=uuid4(), details={}, state="done", filed_at=NOW, available_until=until,
                )
            )  # fmt: skip
            for file, of in zip(files, ("sent", "made"), strict=True):
                work.session.add(
                    StoredFile(
                        id=file, owner=jeanne, sha256=b"", kind="pdf", size=len(CONTENT), name=f"{name}-{of}",
                        content=CONTENT, created_at=NOW,
                    )
                )  # fmt: skip
            await work.session.flush()
            work.session.add(CaseFile(case_id=case, file_id=files[0], from_desk=False))
            work.session.add(CaseFile(case_id=case, file_id=files[1], from_desk=True))
    files = (await visitor(jeanne).json("/espace/profil/export.json"))["files"]
    told = {file["name"]: (file["expired"], file["content"] is not None, file["size"]) for file in files}
    size = len(CONTENT)
    assert told == {
        "P0.pdf": (False, True, size), "expired-sent": (False, True, size), "expired-made": (True, False, size),
        "there-sent": (False, True, size), "there-made": (False, True, size),
    }  # fmt: skip


async def test_the_export_says_who_wrote_a_message(visitor, jeanne, database) -> None:
    question = Question(
        id=uuid4(), reference="Q-0000-0001", person_id=jeanne, asked_by=jeanne, topic="autre", title="Une question",
        opened_at=NOW, last_message_at=NOW,
    )  # fmt: skip
    async with database.unit_of_work() as work:
        work.session.add(question)
        await work.session.flush()
        for number, author in enumerate((jeanne, uuid4(), STAFF)):
            work.session.add(
                Message(
                    id=uuid4(), question_id=question.id, from_desk=author == STAFF, author_id=author, shown_author="",
                    text="Bonjour", at=NOW + timedelta(seconds=number), submission_id=uuid4(),
                )
            )  # fmt: skip
    messages = (await visitor(jeanne).json("/espace/profil/export.json"))["messages"]
    assert [(one["who"], one["from_desk"]) for one in messages] == [
        ("you", False), ("delegate", False), ("staff", True),
    ]  # fmt: skip


async def test_the_export_says_what_it_does_not_hold_and_how_to_ask_for_it(visitor, jeanne) -> None:
    page = (await visitor(jeanne).get("/espace/profil/export")).text
    assert "complet" not in page
    assert "vos demandes de compte, nos courriers, nos courriels" in page
    assert 'href="/compte/securite/mes-donnees.json"' in page
    assert f'écrivez à <a href="mailto:{HelpContact.email}">' in page
    assert 'id="ailleurs"' in (await visitor(jeanne).get("/espace/profil")).text
    assert "gardés ailleurs" in (await visitor(jeanne).json("/espace/profil/export.json"))["about"]


async def test_the_export_asks_for_the_password_again(visitor, jeanne, activation, database) -> None:
    me = visitor(jeanne)
    proof = "/connexion/confirmer?suite=/espace/profil/export"
    for ago in (timedelta(minutes=5, seconds=5), None):
        activation.proved_ago = ago
        for path in ("export", "export.json", "export.pdf"):
            refused = await me.get(f"/espace/profil/{path}")
            assert (refused.status_code, refused.headers["location"]) == (303, proof), path
        assert (await me.get("/espace/profil")).status_code == 200
    async with database.unit_of_work() as work:
        actions = (await work.session.scalars(text("select action from journal_entry"))).all()
    assert "export_data" not in actions


async def test_the_export_of_a_large_family_holds_every_line(visitor, database, open_space) -> None:
    person = await open_space("DEMO-0001")
    first = date(2020, 1, 1)
    for start in range(0, 6_000, 2_000):
        lines = [(f"N-{n:05}", first + timedelta(days=n // 8), {}) for n in range(start, start + 2_000)]
        await store(database, person, lines)
    data = json.loads((await visitor(person).get("/espace/profil/export.json")).content)
    assert [line["number"] for line in data["reimbursements"]] == [f"N-{n:05}" for n in range(6_000)]


async def test_the_summary_is_a_tagged_pdf(visitor, jeanne, tmp_path: Path) -> None:
    answer = await visitor(jeanne).get("/espace/profil/export.pdf")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    with pikepdf.open(io.BytesIO(answer.content)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert "Résumé de mes données" in metadata["dc:title"]
    said = await words_of(answer.content, tmp_path)
    assert "GARNIER" in said
    assert "Décomptes" in said
    assert "ALMEIDA" not in said


async def test_a_summary_is_noted_once_it_is_made(visitor, jeanne, database, monkeypatch) -> None:
    me = visitor(jeanne)
    notes = text("select object_id, actor_id, subject_id from journal_entry where action = 'export_data'")
    with monkeypatch.context() as patched:
        patched.setattr(tagged_pdf, "PATIENCE_SECONDS", 0.0)
        assert (await me.get("/espace/profil/export.pdf")).status_code == 503
    async with database.unit_of_work() as work:
        assert (await work.session.execute(notes)).all() == []
    assert (await me.get("/espace/profil/export.pdf")).status_code == 200
    async with database.unit_of_work() as work:
        assert (await work.session.execute(notes)).all() == [("pdf", jeanne, jeanne)]


async def words_of(pdf: bytes, folder: Path) -> str:
    """What a reader hears of it."""
    (folder / "read.pdf").write_bytes(pdf)
    command = ["pdftotext", folder / "read.pdf", "-"]
    ran = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=True)
    return ran.stdout.replace("\u00a0", " ")


async def test_a_journal_of_a_year(database, settings, jeanne) -> None:
    async with database.unit_of_work() as work:
        old = work.now - timedelta(days=366)
        values = {"actor_id": jeanne, "subject_id": jeanne, "action": "export_data"}
        work.session.add(JournalEntry(id=uuid4(), at=old, object_id="old", **values))
        work.session.add(JournalEntry(id=uuid4(), at=old + timedelta(days=2), object_id="young", **values))
    await forget(database, rules(settings))
    async with database.unit_of_work() as work:
        left = (await work.session.scalars(text("select object_id from journal_entry"))).all()
    assert sorted(left) == ["P0", "P1", "young"]
