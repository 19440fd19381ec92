"""The print room's page at the desk, over a real ``letters``: what is shown to whom, and that it may be away."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from support.at_desk import plain

from member_space.print_room.alerts import alerts
from member_space.print_room.words import duration
from shared.contracts.print_room import Canary, CanaryLine, Promise, PromiseLine
from shared.security.assertions import Role

from .letters_side import AT, a_batch, a_page, a_room

HOME = "/gestion/courriers"
BATCH = a_batch()
PAGES = {
    HOME: set(Role),
    f"{HOME}/lots/{BATCH.id}": set(Role),
    f"{HOME}/non-imprimables": {Role.CONSEILLER, Role.RESPONSABLE},
    f"{HOME}/retours": {Role.CONSEILLER, Role.RESPONSABLE},
    f"{HOME}/recherche": {Role.CONSEILLER, Role.RESPONSABLE},
}


def canary(**changes) -> CanaryLine:
    given = {"id": uuid4(), "mark": "7K2M9QX4R1", "asked_on": date(2026, 11, 16), "state": "posted", "posted_at": AT}
    return CanaryLine(**given | changes)


def in_danger(person, *, broken: bool) -> PromiseLine:
    return PromiseLine(
        request_id=uuid4(), person_id=person, requested_at=AT - timedelta(hours=23), due_at=AT + timedelta(hours=1),
        step="parked", broken=broken,
    )  # fmt: skip


async def test_an_empty_room_says_so(letters_side, at_desk) -> None:
    page = await at_desk[Role.EXPLOITATION].get(HOME)
    assert (page.status_code, page.headers["cache-control"]) == (200, "no-store")
    for told in ("Aucun courrier", "Aucun lot en cours.", "Aucun lot terminé.", "son adresse n’est pas réglée"):
        assert told in plain(page)
    assert 'role="alert"' not in page.text
    assert '<a href="/gestion/courriers" aria-current="page">Courriers</a>' in page.text


async def test_what_needs_somebody_stands_first(letters_side, at_desk, known_person) -> None:
    doubtful = a_batch(state="taken", run=2, doubt="printed-count", spoiled=1)
    late = a_batch(serial="20261126-AAAAAA", state="printed", overdue="not-posted")
    missed = a_batch(serial="20261126-BBBBBB", overdue="not-taken", fetched_at=AT)
    letters_side.room = a_room(
        waiting=3, oldest_waiting_since=AT, batched=36, parked=1, doubts=1, open=[doubtful, late, missed], returned=4,
        posted=120, ended=[a_batch(serial="20261125-CCCCCC", state="posted", ended_at=AT)],
        promise=Promise(
            kept=118, broken=1, slowest_seconds=90_000, typical_seconds=11_100,
            near=[in_danger(known_person, broken=True), in_danger(uuid4(), broken=False)],
        ),
        canary=Canary(on=True, letters=[canary(posted_at=AT - timedelta(days=30))], typical_days=2.5, missing=True),
    )  # fmt: skip
    page = await at_desk[Role.CONSEILLER].get(HOME)
    text = plain(page)
    told = text[text.index('role="alert"') : text.index("En attente d’impression")]
    for alert in (
        "1 lot dont les comptes ne concordent pas", "1 lot pas remis à La Poste à temps",
        "1 lot pas pris en charge à temps", "1 demande au-delà des 24 heures promises",
        "1 demande proche des 24 heures promises", "Une lettre témoin n’est pas arrivée dans les temps",
    ):  # fmt: skip
        assert alert in told
    for shown in (
        "<strong>Il est sorti de l’imprimante un autre nombre de feuilles que n’en compte le lot</strong>", "Tirage 2",
        "Proposé à l’imprimerie, fichier téléchargé", "12 lettres, 13 feuilles, 1 gâchée", "25 h 00 ouvrés", "3 h 05 ouvrés",
        "2,5 jours", "4 courriers, pour 120 remis à La Poste",
        "Pas pris en charge à temps : attendu le 27 novembre 2026 à 18 h",
    ):  # fmt: skip
        assert shown in text, shown
    assert f'<a href="{HOME}/lots/{doubtful.id}">' in page.text


async def test_whose_letters_are_late_is_for_those_who_answer_members(letters_side, at_desk, known_person) -> None:
    near = [in_danger(known_person, broken=False)]
    promise = Promise(kept=0, broken=0, slowest_seconds=0, typical_seconds=0, near=near)
    letters_side.room = a_room(promise=promise, parked=2)
    for role, page in {role: await at_desk[role].get(HOME) for role in Role}.items():
        knows = role is not Role.EXPLOITATION
        assert (f'<a class="whole" href="/gestion/personnes/{known_person}">Mme G••••••</a>' in page.text) is knows
        assert (str(known_person) in page.text) is knows
        assert str(near[0].request_id) not in page.text
        assert (f"{HOME}/retours" in page.text) is knows
        assert "1 demande proche" in plain(page)


@pytest.mark.parametrize("role", Role)
async def test_each_page_is_for_its_roles_and_asks_once(letters_side, at_desk, role) -> None:
    """``letters`` refuses an assertion that comes twice, and a role that is not its own: nothing is shown then."""
    letters_side.batches[BATCH.id] = a_page(BATCH)
    for path, roles in PAGES.items():
        assert (await at_desk[role].get(path)).status_code == (200 if role in roles else 403), path


async def test_a_letters_that_is_away_is_told_in_words(letters_side, at_desk, settings) -> None:
    letters_side.fails = True
    for path in (HOME, f"{HOME}/lots/{uuid4()}", f"{HOME}/non-imprimables"):
        page = await at_desk[Role.RESPONSABLE].get(path)
        assert (page.status_code, page.headers["retry-after"]) == (503, "5")
        assert "Le service des courriers ne répond pas (erreur 500)" in plain(page)
    for path in (f"{HOME}/retours", f"{HOME}/recherche"):
        assert (await at_desk[Role.RESPONSABLE].get(path)).status_code == 200


async def test_the_receipt_of_a_test_letter_is_confirmed_by_anybody_at_the_desk(letters_side, at_desk) -> None:
    one, other = canary(), canary(posted_at=AT - timedelta(days=1), mark="7K2M9QX4R2")
    letters_side.room = a_room(canary=Canary(on=True, letters=[one, other, canary(posted_at=None, state="batched")]))
    for role in Role:
        page = await at_desk[role].get(HOME)
        assert page.text.count("<option") == 3, "the first asks to choose"
        assert page.text.index(str(other.id)) < page.text.index(str(one.id)), "the oldest first"
        day = {"received_day": "28", "received_month": "11", "received_year": "2026"}
        done = await at_desk[role].post(f"{HOME}/temoin", HOME, canary_id=str(one.id), **day)
        assert (done.status_code, done.headers["location"]) == (303, f"{HOME}?fait=temoin")
        assert letters_side.done.pop() == ("received", (one.id, date(2026, 11, 28)))
    assert "est enregistrée" in plain(await at_desk[Role.CONSEILLER].get(done.headers["location"]))
    letters_side.refuses = "future"
    done = await at_desk[role].post(f"{HOME}/temoin", HOME, canary_id=str(one.id), **day)
    assert "dans le futur" in plain(await at_desk[role].get(done.headers["location"]))


async def test_a_receipt_without_its_day_or_its_letter_is_told_next_to_the_field(letters_side, at_desk) -> None:
    letters_side.room = a_room(canary=Canary(on=True, letters=[canary(), canary()]))
    mistake = await at_desk[Role.EXPLOITATION].post(f"{HOME}/temoin", HOME, canary_id="x", received_day="31")
    assert mistake.status_code == 422
    for told in ("Choisissez la lettre témoin reçue", "doit comporter un mois et une année"):
        assert told in plain(mistake)
    assert 'value="31"' in mistake.text
    foreign = await at_desk[Role.EXPLOITATION].send(f"{HOME}/temoin", {"canary_id": str(uuid4())})
    assert (foreign.status_code, letters_side.done) == (422, [])


def test_a_test_letter_that_is_missing_is_an_alert() -> None:
    (alert,) = alerts(a_room(canary=Canary(on=True, letters=[canary()], missing=True)))
    assert (alert.words, alert.place) == ("Une lettre témoin n’est pas arrivée dans les temps", "temoin")


def test_nothing_is_alarming_about_an_empty_room() -> None:
    assert alerts(a_room()) == []


def test_durations() -> None:
    assert [duration(seconds).replace("\u00a0", " ") for seconds in (59, 3_599, 3_600, 90_000)] == [
        "0 min", "59 min", "1 h 00", "25 h 00",
    ]  # fmt: skip
