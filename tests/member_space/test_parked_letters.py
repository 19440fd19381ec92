"""The work list of letters that can't be printed."""

from datetime import timedelta
from typing import get_args
from uuid import uuid4

from support.sent_forms import hidden

from member_space.print_room.parked_words import to_do, wrong_with
from shared.contracts.events import ParkReason
from shared.contracts.postal_refusal import AddressReason
from shared.contracts.print_room import ParkedLetter

from .letters_side import AT

PATH = "/gestion/courriers/non-imprimables"
FAULTS = (
    "outside-window", "other-words-in-window", "outside-printable-area", "address-unreadable", "mark-unreadable",
    "password-unreadable", "reference-unreadable",
)  # fmt: skip
"""Of ``letters.sheets.quality``, which this service can't import."""


def parked(hours: int = 0, **changes) -> ParkedLetter:
    since = AT + timedelta(hours=hours)
    given = {"id": uuid4(), "person_id": uuid4(), "requested_at": AT, "parked_since": since, "reason": "no-address"}
    return ParkedLetter(**{**given, "detail": ""} | changes)


async def test_who_waits_longest_stands_first_with_what_is_wrong_and_what_to_do(
    letters_side, conseiller, known_person
) -> None:
    letters_side.parked = [
        parked(5, reason="layout-failed", detail="mark-unreadable"),
        parked(1, reason="line-too-long", detail="line-too-long:4", person_id=known_person),
    ]
    page = (await conseiller.get(PATH)).text
    assert page.index("La ligne 4 de l’enveloppe dépasse 38 caractères") < page.index("le repère ne se relit pas")
    assert f'<a class="whole" href="/gestion/personnes/{known_person}">Mme G••••••</a>' in page
    assert "Faites corriger le nom ou l’adresse dans les fichiers de la mutuelle" in page
    assert "Prévenez l’exploitation" in page
    assert "2 courriers, le plus ancien d’abord" in page


async def test_ticked_ones_wait_for_a_batch_again(letters_side, conseiller) -> None:
    first, second, third = parked(1), parked(2), parked(3)
    letters_side.parked = [first, second, third]
    nothing = await conseiller.post(PATH, PATH)
    assert nothing.status_code == 422
    assert '<a href="#letter_ids">Cochez au moins un courrier</a>' in nothing.text
    done = await conseiller.post(PATH, PATH, **{f"letter_{one.id}": "oui" for one in (first, third)})
    assert (done.status_code, done.headers["location"]) == (303, f"{PATH}?remis=2")
    assert letters_side.done == [("release", [first.id, third.id])]
    after = (await conseiller.get(done.headers["location"])).text
    assert "2 courriers de nouveau en attente d’impression." in after
    assert [str(one.id) in after for one in (first, second, third)] == [False, True, False]
    # again, from a page that was opened before
    again = await conseiller.post(PATH, PATH, **{f"letter_{first.id}": "oui"})
    assert again.headers["location"] == f"{PATH}?remis=0"
    assert "quelqu’un d’autre s’en est occupé" in (await conseiller.get(again.headers["location"])).text


async def test_ticks_stay_when_the_page_has_expired(letters_side, conseiller) -> None:
    letter = parked()
    letters_side.parked = [letter, parked()]
    page = await conseiller.send(PATH, {f"letter_{letter.id}": "oui"})
    assert (page.status_code, letters_side.done) == (422, [])
    assert f'name="letter_{letter.id}" value="oui" checked' in page.text
    assert page.text.count(" checked") == 1


async def test_what_is_no_letter_is_not_sent_on(letters_side, conseiller) -> None:
    letters_side.parked = [parked()]
    given = hidden((await conseiller.get(PATH)).text)
    for odd in ({"letter_x": "oui"}, {"letter_ids": str(uuid4())}, {f"letter_{uuid4()}x": "oui"}):
        assert (await conseiller.send(PATH, given | odd)).status_code == 422
    assert letters_side.done == []


async def test_many_are_shown_page_by_page_and_a_whole_page_can_be_ticked(letters_side, conseiller) -> None:
    letters_side.parked = [parked(number) for number in range(120)]
    pages = [(await conseiller.get(f"{PATH}?page={number}")).text for number in (1, 2, 3)]
    assert [page.count('type="checkbox"') for page in pages] == [50, 50, 20]
    assert "120 courriers, page 2 sur 3" in pages[1]
    everything = {f"letter_{one.id}": "oui" for one in letters_side.parked[50:100]}
    done = await conseiller.post(f"{PATH}?page=2", f"{PATH}?page=2", **everything)
    assert done.headers["location"] == f"{PATH}?remis=50"
    assert len(letters_side.parked) == 70
    assert (await conseiller.get(f"{PATH}?page=9")).text.count('type="checkbox"') == 20, "the last that there is"
    letters_side.parked = []
    assert "Aucun courrier n’est mis de côté" in (await conseiller.get(PATH)).text


def test_every_reason_has_its_words() -> None:
    for reason in get_args(ParkReason):
        assert "inconnu" not in wrong_with(reason, "")
        assert to_do(reason) != to_do("of-a-later-version")
    for fault in FAULTS:
        assert wrong_with("layout-failed", fault).startswith("À la relecture, ")
    for detail in AddressReason:
        assert wrong_with("no-address", f"{detail}:3") not in {wrong_with("no-address", ""), ""}
    assert wrong_with("moon", "x") == "Motif inconnu de cette version (moon)."
    assert wrong_with("no-address", "line-too-long:x") == "L’adresse postale manque."
