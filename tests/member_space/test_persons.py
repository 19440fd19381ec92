"""The desk's search: who is found by what, masked until shown, and the showing in the journal."""

import itertools
import random
import re
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from support.at_desk import AtDesk
from support.case_details import details_of

from member_space.cases.models import Case
from member_space.cases.rules import LETTERS, Kind
from member_space.contracts.models import Contract
from member_space.journal.models import JournalEntry
from member_space.journal.words import what
from member_space.persons.masking import masked_birth, masked_email, masked_name, masked_postcode
from member_space.persons.models import PersonIndex
from member_space.persons.names import words_of
from member_space.persons.typed import Typed, read
from member_space.questions.models import Question
from member_space.timeline.handlers import journey
from shared.contracts.events import (
    AccountClosureRequested,
    AccountRequested,
    AccountRequestRefused,
    AddressChanged,
    AddressChangeRefused,
    DocumentRefused,
    EmailConfirmed,
    LetterBatched,
    LetterPrinted,
    MailSent,
    QuestionAsked,
    SituationChangeReported,
)
from shared.contracts.person_number import Situation
from shared.contracts.postal_zone import PostalZone
from shared.database.unit_of_work import Cause
from shared.security.assertions import Role

AT = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
ZOE, PAUL, REQUEST, LETTER, BATCH = (UUID(int=number) for number in range(1, 6))
NAMES = {"civility": "Mme", "given_name": "Zoé", "family_name": "L’HÉNORET-ŒUVRARD"}
WHO = {"person_id": ZOE, **NAMES, "email": "zoe@exemple.fr"}
FINGERPRINT = "k1:" + "a" * 64


def asked(lines=("12 RUE DE L EGLISE", "33000 BORDEAUX"), **changes) -> AccountRequested:
    return AccountRequested(
        **WHO | changes, request_id=REQUEST, requested_at=AT, number_fingerprints=(FINGERPRINT,),
        birth_date=date(1957, 3, 27), address_lines=lines, postal_zone=PostalZone.METROPOLITAN,
    )  # fmt: skip


def moved(**changes) -> AddressChanged:
    return AddressChanged(
        **WHO | changes, reference="7K2M-Q9XR", report_id=uuid4(), changed_at=AT, postcode="64100",
        address_lines=("64100 BAYONNE",), postal_zone=PostalZone.METROPOLITAN,
    )  # fmt: skip


def printed() -> LetterPrinted:
    return LetterPrinted(
        **WHO, request_id=REQUEST, letter_id=LETTER, number_fingerprints=(FINGERPRINT,), birth_date=date(1957, 3, 27),
        password_hash="k1$argon2id$secret", valid_until=AT + timedelta(days=21), posted_at=AT,
    )  # fmt: skip


@pytest.fixture
def hear(database):
    async def heard(event, hours=0.0):
        async with database.unit_of_work() as work:
            work.cause = Cause(uuid4(), AT + timedelta(hours=hours))
            await journey(event, work)

    return heard


def test_what_may_be_typed():
    assert read("  Garnier  Jeanne ") == Typed(words=("garnier", "jeanne"))
    assert read("l'henoret oeuvrard").words == tuple(words_of("L’Hénoret-Œuvrard"))[:3] == ("l", "henoret", "oeuvrard")
    assert read("123 456") == Typed(number=(Situation.MEMBER, "123 456"), code="123456")
    nir = "1 57 03 33 063 045"
    assert read(nir) == Typed(number=(Situation.INSURED, nir))
    for wrong in ("1 57 03 33 063 045 12", "157133306304500", "1 57 13 33 063 045"):
        assert read(wrong) == Typed(mistyped=True), wrong
    assert read("7k2m-q9xr") == Typed(code="7K2M-Q9XR")
    assert read("Martin-Dupont") == Typed(code="MARTIN-DUPONT", words=("martin", "dupont"))
    assert read(str(LETTER).upper()) == Typed(id=LETTER)
    for nothing in ("", " ", "!!!", "%", "- -"):
        assert read(nothing).is_nothing, nothing


def test_what_is_masked():
    assert masked_name("Mme", "GARNIER") == "Mme G••••••"
    assert masked_name("", "É") == "É••••••"
    assert masked_birth("M.", date(1957, 3, 27)) == "né en 1957"
    assert (masked_birth("", date(1957, 3, 27)), masked_birth("Mme", None)) == ("né(e) en 1957", "")
    assert (masked_postcode("33000"), masked_postcode("")) == ("33•••", "")
    assert masked_email("jeanne@exemple.fr") == "j•••@exemple.fr"


async def test_whatever_order_events_come_in_the_latest_is_kept(hear, database):
    """Also what only an older event told: its birth date, its postcode."""
    confirmed = EmailConfirmed(**WHO | {"family_name": "MARTIN", "email": "neuve@exemple.fr"}, account_id=uuid4())
    events = [(asked(), 0), (printed(), 1), (moved(), 2), (confirmed, 3)]
    orders = list(itertools.permutations(events))
    for order in random.Random(3).sample(orders, 8):
        async with database.unit_of_work() as work:
            await work.session.execute(text("TRUNCATE person_index, timeline_entry"))
        for event, hours in order:
            await hear(event, hours)
        async with database.unit_of_work() as work:
            row = await work.session.get(PersonIndex, ZOE)
        assert (row.family_name, row.email_masked, row.name_words) == ("MARTIN", "n•••@exemple.fr", "zoe martin")
        assert (row.birth_date, row.postcode, row.told_at) == (date(1957, 3, 27), "64100", AT + timedelta(hours=3))


async def test_an_address_without_postcode_and_an_event_that_names_nobody(hear, database):
    await hear(asked(("1 MAIN STREET", "LONDON SW1A 1AA", "ROYAUME-UNI")))
    await hear(AccountRequestRefused(person_id=PAUL, request_id=REQUEST, reason="too-soon"))
    async with database.unit_of_work() as work:
        rows = (await work.session.scalars(select(PersonIndex))).all()
        kept = (await work.session.execute(text("SELECT person_index::text FROM person_index"))).scalar_one()
    assert [(row.person_id, row.postcode) for row in rows] == [(ZOE, "")]
    for secret in (FINGERPRINT, "zoe@", "LONDON", "MAIN STREET"):
        assert secret not in kept


async def test_a_person_is_found_by_each_of_their_marks(hear, database, conseiller):
    await hear(asked())
    ids = {"person_id": ZOE, "request_id": REQUEST, "letter_id": LETTER, "batch_id": BATCH}
    await hear(LetterBatched(**ids, serial="20261123-K7Q2M9", batched_at=AT), 1)
    question = uuid4()
    await hear(QuestionAsked(**WHO, reference="7K2M-Q9XR", question_id=question, message_id=uuid4()), 2)
    await hear(asked(person_id=PAUL, civility="M.", given_name="Paul", family_name="GARNIER"))
    async with database.unit_of_work() as work:
        given = {"coverage": "1", "modules": [], "since": AT.date(), "beneficiaries": []}
        work.session.add(Contract(number="Ct-0042x", person_id=ZOE, **given))
    by = ["zoé", "œuvrard", "HENORET ZOE", "l’hén", "7k2m-q9xr", "20261123-K7Q2M9", "cT-0042X", str(ZOE), str(LETTER),
          str(question)]  # fmt: skip
    for looked_for in by:
        page = await conseiller.post("/gestion/personnes", looked_for=looked_for)
        assert page.status_code == 200, page.text
        assert "1 personne<" in page.text, looked_for
        assert f'<a href="/gestion/personnes/{ZOE}">Mme L••••••</a>' in page.text
        assert "née en 1957" in page.text
        assert "33•••" in page.text
        for personal in ("HÉNORET", "zoe@", "27 mars", "33000"):
            assert personal not in page.text.replace("\u00a0", " ").replace(looked_for, "")
    for nobody in ("noret", "zoé garnier", "9Z9Z-9Z9Z", str(uuid4()), "% _ ' & | !x:*"):
        page = await conseiller.post("/gestion/personnes", looked_for=nobody)
        assert "Aucune personne trouvée" in page.text, nobody
    assert str(PAUL) in (await conseiller.post("/gestion/personnes", looked_for="garnier p")).text


async def test_a_search_that_can_not_be_made_is_told_next_to_its_field(conseiller, client, activation):
    mistakes = {"": "Saisissez un nom", "??": "Saisissez un nom", "x" * 101: "100 caractères",
                "1 57 03 33 063 045 12": "Ce numéro de sécurité sociale n’est pas valide"}  # fmt: skip
    for looked_for, told in mistakes.items():
        page = await conseiller.post("/gestion/personnes", looked_for=looked_for)
        assert page.status_code == 422
        assert 'id="looked_for-error"' in page.text
        assert told in page.text
    assert (await conseiller.send("/gestion/personnes", {"looked_for": "garnier"})).status_code == 422
    exploitation = AtDesk(client, activation, Role.EXPLOITATION)
    for path in ("/gestion/personnes", f"/gestion/personnes/{ZOE}"):
        assert (await exploitation.get(path)).status_code == 403
        assert (await exploitation.send(path, {"looked_for": "garnier"})).status_code == 403
    assert (await conseiller.get(f"/gestion/personnes/{uuid4()}")).status_code == 404
    assert (await conseiller.get("/gestion/personnes/zoe")).status_code == 422


async def test_many_of_one_name_are_to_be_narrowed(hear, conseiller):
    for number in range(60):
        await hear(asked(person_id=uuid4(), family_name=f"DURAND {number}"))
    page = (await conseiller.post("/gestion/personnes", looked_for="durand")).text
    assert "50 premières personnes" in page
    assert page.count("D••••••") == 50
    assert "précisez la recherche" in page


async def test_the_timeline_is_masked_until_it_is_shown_and_that_is_journalled(hear, conseiller, database):
    await hear(asked())
    await hear(printed(), 5)
    await hear(MailSent(person_id=ZOE, delivery_id=uuid4(), template="letter-posted", caused_by=uuid4(), sent_at=AT), 6)
    path = f"/gestion/personnes/{ZOE}"
    masked = await conseiller.get(path)
    assert masked.headers["cache-control"] == "no-store"
    order = ["Courriel envoyé", "Courrier imprimé et remis à La Poste", "Compte demandé"]
    shown_at = [masked.text.index(words, masked.text.index('id="parcours"')) for words in order]
    assert shown_at == sorted(shown_at)
    assert "Le courrier est " in masked.text
    personal = ("HÉNORET", "Zoé L", "27 mars 1957", "33000")
    never = ("zoe@exemple.fr", "EGLISE", FINGERPRINT, "argon2")
    for hidden in personal + never:
        assert hidden not in masked.text.replace("\u00a0", " ")
    for why in ("curiosité", ""):
        refused = await conseiller.post(path, why=why)
        assert (refused.status_code, "HÉNORET" in refused.text) == (422, False)
        assert (
            "Choisissez un motif de la liste" in refused.text[refused.text.index('id="why-error"') :].split("</p>")[0]
        )
    assert (await conseiller.send(path, {"why": "appel"})).status_code == 422
    page = await conseiller.post(path, why="appel")
    assert page.status_code == 200
    for told in personal:
        assert told in page.text.replace("\u00a0", " ")
    for hidden in never:
        assert hidden not in page.text
    async with database.unit_of_work() as work:
        read_it, line = (await work.session.scalars(select(JournalEntry).order_by(text("at")))).all()
    assert (read_it.action, read_it.subject_id, what(read_it)) == ("desk_read_journey", ZOE, "a consulté le parcours")
    assert (line.action, line.subject_id, line.staff, line.object_id) == ("desk_show_person", ZOE, True, "appel")
    assert "HÉNORET" not in (await conseiller.get(path)).text, "for that answer alone"
    assert what(line) == "a affiché les données personnelles, motif\u00a0: «\u00a0La personne appelle\u00a0»"


async def test_reading_again_leaves_a_line_every_quarter_of_an_hour(hear, conseiller, client, activation, database):
    await hear(asked())
    path, other = f"/gestion/personnes/{ZOE}", AtDesk(client, activation, Role.CONSEILLER)
    line = {"actor_id": conseiller.staff_id, "subject_id": ZOE, "action": "desk_read_journey", "staff": True}
    async with database.unit_of_work() as work:
        work.session.add(JournalEntry(id=uuid4(), at=work.now - timedelta(minutes=16), **line))
    for who in (conseiller, conseiller, other, other):
        assert (await who.get(path)).status_code == 200
    async with database.unit_of_work() as work:
        lines = (await work.session.scalars(select(JournalEntry).order_by(text("at")))).all()
    assert [one.actor_id for one in lines] == [conseiller.staff_id] * 2 + [other.staff_id]


async def test_what_is_older_is_on_further_pages_and_the_letter_is_told_on_each(hear, conseiller):
    await hear(asked())
    for number in range(250):
        mail = MailSent(person_id=ZOE, delivery_id=uuid4(), template="question-answered", caused_by=uuid4(), sent_at=AT)
        await hear(mail, 1 + number)
    address, counts, page = f"/gestion/personnes/{ZOE}", [], ""
    while address:
        page = (await conseiller.get(address)).text
        assert "La demande est enregistrée, le courrier est à faire." in page
        counts.append(page.count("<li><time"))
        further = re.search(r'rel="next" href="([^"]+)"', page)
        address = further and further[1]
    assert counts == [100, 100, 51]
    assert "Compte demandé, courrier à faire" in page
    assert f'<a href="/gestion/personnes/{ZOE}">Les plus récents</a>' in page
    assert (await conseiller.get(f"/gestion/personnes/{ZOE}?avant=x")).text.count("<li><time") == 100


async def test_from_a_timeline_the_desk_opens_what_an_entry_is_about(hear, open_space, conseiller, database):
    jeanne, now = await open_space("DEMO-0001"), datetime.now(UTC)
    known = {"subject_id": jeanne, "actor_id": jeanne, "filed_at": now}
    cases = {
        kind: Case(
            id=uuid4(),
            reference=f"{letter}-2222-2222",
            kind=kind,
            state="refused",
            submission_id=uuid4(),
            details=details_of(kind),
            **known,
        )
        for kind, letter in LETTERS.items()
    }
    about = {"id": uuid4(), "reference": "Q-0000-0000", "person_id": jeanne, "asked_by": jeanne, "topic": "autre"}
    async with database.unit_of_work() as work:
        work.session.add_all(cases.values())
        work.session.add(Question(**about, title="x", opened_at=now, last_message_at=now, waiting_since=now))
    who = WHO | {"person_id": jeanne}
    for event in (
        DocumentRefused(**who, reference="D-2222-2222", request_id=cases[Kind.DOCUMENT].id, reason="other"),
        AddressChangeRefused(**who, reference="A-2222-2222", report_id=cases[Kind.ADDRESS].id, reason="other"),
        SituationChangeReported(**who, reference="S-2222-2222", report_id=cases[Kind.SITUATION].id),
        QuestionAsked(**who, reference="Q-0000-0000", question_id=about["id"], message_id=uuid4()),
        AccountClosureRequested(**who, reference="C-2222-2222", request_id=uuid4(), account_id=uuid4()),
    ):
        await hear(event)
    page = (await conseiller.get(f"/gestion/personnes/{jeanne}")).text
    links = dict(re.findall(r'<br><a href="([^"]+)">[^<]*référence\u00a0([0-9A-Z-]+)', page))
    assert sorted(links.values()) == ["A-2222-2222", "D-2222-2222", "Q-0000-0000", "S-2222-2222"]
    for path, reference in links.items():
        opened = await conseiller.get(path)
        assert (opened.status_code, reference in opened.text) == (200, True), path


async def test_who_has_a_space_already_is_in_the_index_after_the_migration(database):
    migration = import_module("member_space.migrations.versions.0013_person_index")
    async with database.unit_of_work() as work:
        await work.session.execute(
            text(
                "INSERT INTO space (person_id, account_id, civility, given_name, family_name, email, opened_at) "
                "VALUES (:person, :person, 'Mme', 'Zoé', 'L’HÉNORET-ŒUVRARD', 'zoe@exemple.fr', now())"
            ),
            {"person": ZOE},
        )
        await work.session.execute(text(migration._OPEN.replace(":", "\\:")))
        row = await work.session.get(PersonIndex, ZOE)
    assert row.name_words == " ".join(words_of("Zoé", "L’HÉNORET-ŒUVRARD"))
    assert (row.email_masked, row.birth_date, row.postcode) == ("z•••@exemple.fr", None, "")
