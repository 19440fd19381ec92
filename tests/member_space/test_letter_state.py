"""« Où en est mon courrier ? »: from every order in which the events of a journey can come."""

import random
import re
from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from member_space.timeline.letter_state import LetterState, Step, letter_state
from member_space.timeline.letter_words import answer
from member_space.timeline.moment import Moment
from member_space.timeline.words import sentence

AT = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
FIRST, SECOND = str(UUID(int=1)), str(UUID(int=2))
NOW = AT + timedelta(days=2)
VALID = (AT + timedelta(days=21)).isoformat()


def moment(kind: str, hours: float = 0, request: str = FIRST, **details: str) -> Moment:
    of_letter = {"request_id": request} if kind.startswith(("account-req", "letter", "activation-r")) else {}
    given = of_letter | details
    return Moment(AT + timedelta(hours=hours), kind, sentence(kind, given), given)


ASKED = moment("account-requested")
BATCHED = moment("letter-batched", 1, serial="20261123-K7Q2M9")
PARKED = moment("letter-parked", 1, reason="no-address")
PRINTED = moment("letter-printed", 5, valid_until=VALID, posted_at=(AT + timedelta(hours=5)).isoformat())
MAILED = moment("mail-sent", 5.1, template="letter-posted")
VOID = moment("activation-refused", 30, reason="letter-void")
OVER = moment("activation-refused", 30, reason="letter-expired")
ACTIVATED = moment("account-activated", 31)
LINKED = moment("mail-sent", 31.1, template="confirmation")
CONFIRMED = moment("email-confirmed", 32)
TOO_SOON = moment("account-request-refused", 6, SECOND, reason="too-soon")
AGAIN = moment("account-requested", 40, SECOND)
CLOSED = moment("account-closed", 200)
STILL_TOO_SOON = moment("account-request-refused", 201, SECOND, reason="too-soon")
ANEW = moment("account-requested", 210, SECOND)

STATES = [
    ([], Step.NOT_ASKED),
    ([ASKED], Step.REQUESTED),
    ([ASKED, BATCHED], Step.BATCHED),
    ([ASKED, PARKED], Step.PARKED),
    ([ASKED, PARKED, moment("letter-batched", 2)], Step.BATCHED),
    ([ASKED, BATCHED, moment("letter-parked", 3, reason="refused-by-print-shop")], Step.PARKED),
    ([ASKED, BATCHED, PRINTED, MAILED], Step.POSTED),
    ([ASKED, BATCHED, PRINTED, TOO_SOON], Step.POSTED),
    ([ASKED, BATCHED, PRINTED, VOID], Step.VOID),
    ([ASKED, PRINTED, OVER], Step.EXPIRED),
    ([ASKED, BATCHED, PRINTED, ACTIVATED, LINKED], Step.ACTIVATED),
    ([ASKED, BATCHED, PRINTED, ACTIVATED, LINKED, CONFIRMED], Step.OPEN),
    ([ASKED, PRINTED, VOID, AGAIN], Step.REQUESTED),
    ([ASKED, PRINTED, ACTIVATED, AGAIN], Step.REQUESTED),
    ([TOO_SOON], Step.REFUSED),
    ([moment("account-already-open", 1)], Step.REFUSED),
    ([ASKED, PRINTED, ACTIVATED, CONFIRMED, CLOSED], Step.CLOSED),
    ([ASKED, PRINTED, ACTIVATED, CONFIRMED, CLOSED, STILL_TOO_SOON], Step.CLOSED),
    ([ASKED, PRINTED, ACTIVATED, AGAIN, CLOSED, moment("letter-printed", 205, SECOND, valid_until=VALID)], Step.CLOSED),
    ([ASKED, PRINTED, ACTIVATED, CONFIRMED, CLOSED, ANEW], Step.REQUESTED),
    ([ASKED, PRINTED, ACTIVATED, CONFIRMED, CLOSED, ANEW, moment("letter-batched", 211, SECOND)], Step.BATCHED),
    ([PRINTED, CONFIRMED, CLOSED, ANEW, moment("account-activated", 300)], Step.ACTIVATED),
    ([PRINTED, CONFIRMED, CLOSED, ANEW, moment("email-confirmed", 301)], Step.OPEN),
    # events of a version before, or that come late: the request itself is not known
    ([BATCHED], Step.BATCHED),
    ([PRINTED], Step.POSTED),
    ([CONFIRMED], Step.OPEN),
    # what the letter's service heard of, activation's clock puts before it
    ([ASKED, moment("letter-printed", -0.001, valid_until=VALID), BATCHED], Step.POSTED),
]


@pytest.mark.parametrize(("moments", "step"), STATES)
def test_every_order_of_the_events_gives_the_same_answer(moments, step):
    orders = list(permutations(moments))
    for order in random.Random(7).sample(orders, min(200, len(orders))):
        assert letter_state(order, NOW).step is step
    words = answer(letter_state(moments, NOW))
    for text in (words.title, words.next, words.say, *words.notes):
        assert text
        assert "{" not in text
        assert not re.search(r" [:;?!»]|« ", text), text


@pytest.mark.parametrize(
    ("days", "step"), [(0.3, Step.POSTED), (8, Step.POSTED), (8.3, Step.LATE), (20.9, Step.LATE), (21.1, Step.EXPIRED)]
)
def test_time_goes_by(days, step):
    assert letter_state([ASKED, BATCHED, PRINTED], AT + timedelta(days=days)).step is step


def test_since_when_and_what_else_is_told():
    state = letter_state([ASKED, BATCHED, PRINTED, MAILED, TOO_SOON], NOW)
    assert state == LetterState(Step.POSTED, PRINTED.occurred_at, PRINTED, TOO_SOON, MAILED)
    words = answer(state)
    assert words.since.replace("\u00a0", " ") == "Depuis le 23 novembre 2026 à 16 h 30"
    assert "14 décembre 2026" in words.say.replace("\u00a0", " ")
    notes = " / ".join(words.notes).replace("\u00a0", " ")
    assert "Courriel d’annonce du départ envoyé le 23 novembre 2026 à 16 h 36" in notes
    assert "Nouvel essai le 23 novembre 2026 à 17 h 30 : Demande de compte sans courrier" in notes
    failed = moment("mail-given-up", 6, template="letter-posted", reason="refused")
    assert "non envoyé" in " ".join(answer(letter_state([ASKED, PRINTED, failed], NOW)).notes)
    other = moment("mail-sent", 6, template="confirmation", delivery_id=str(uuid4()))
    assert letter_state([ASKED, PRINTED, other], NOW).mailed is None


@pytest.mark.parametrize(
    ("moments", "refused"),
    [
        ([ASKED, PRINTED, ACTIVATED, moment("account-request-refused", 33, SECOND, reason="too-soon")], True),
        ([ASKED, PRINTED, TOO_SOON, ACTIVATED], False),
        ([ASKED, PRINTED, ACTIVATED, CONFIRMED, CLOSED, STILL_TOO_SOON], True),
        ([ASKED, PRINTED, TOO_SOON, ACTIVATED, CONFIRMED, CLOSED], False),
    ],
)
def test_who_asked_again_in_vain_is_told_of_after_activation_and_closing(moments, refused):
    words = answer(letter_state(moments, NOW))
    assert any("Nouvel essai" in note for note in words.notes) is refused
    assert "nouveau courrier se demande" in words.say


def test_every_step_has_its_words():
    for step in Step:
        words = answer(LetterState(step, AT, PRINTED))
        assert words.title[0].isupper()
        assert words.say.endswith(".")
