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
from member_space.timeline.of_space import told_by_space
from member_space.timeline.words import sentence

AT = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
FIRST, SECOND, THIRD = (str(UUID(int=number)) for number in (1, 2, 3))
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
RETURNED = moment("letter-returned", 29, reason="unknown-at-address")
ACTIVATED = moment("account-activated", 31)
LINKED = moment("mail-sent", 31.1, template="confirmation")
CONFIRMED = moment("email-confirmed", 32)
TOO_SOON = moment("account-request-refused", 6, SECOND, reason="too-soon")
AGAIN = moment("account-requested", 40, SECOND)
CLOSED = moment("account-closed", 200)
STILL_TOO_SOON = moment("account-request-refused", 201, SECOND, reason="too-soon")
ANEW = moment("account-requested", 210, SECOND)
RECOVERY = moment("account-requested", 210, SECOND, purpose="recovery")
WARNED = moment("recovery-letter-requested", 210)
REPRINTED = moment(
    "letter-printed", 215, SECOND, purpose="recovery",
    valid_until=(AT + timedelta(days=30)).isoformat(), posted_at=(AT + timedelta(hours=215)).isoformat(),
)  # fmt: skip
REOPENED = moment("account-activated", 300)
RECONFIRMED = moment("email-confirmed", 301)
FROZEN = moment("account-frozen", 205)
OPEN = [ASKED, PRINTED, ACTIVATED, CONFIRMED]

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
    ([ASKED, BATCHED, PRINTED, MAILED, RETURNED], Step.RETURNED),
    ([ASKED, PRINTED, RETURNED, VOID], Step.RETURNED),
    ([RETURNED], Step.RETURNED),
    (
        [ASKED, PRINTED, RETURNED, moment("account-request-refused", 35, SECOND, reason="address-returned")],
        Step.RETURNED,
    ),
    # a later request gets a letter of its own; one that came back while another opened the account holds nothing up
    ([ASKED, PRINTED, RETURNED, AGAIN], Step.REQUESTED),
    ([ASKED, PRINTED, AGAIN, moment("letter-returned", 50, reason="unclaimed")], Step.REQUESTED),
    ([ASKED, PRINTED, ACTIVATED, moment("letter-returned", 50, reason="unclaimed")], Step.ACTIVATED),
    (
        [*OPEN, RECOVERY, REPRINTED, moment("letter-returned", 250, SECOND, reason="refused", purpose="recovery")],
        Step.RETURNED,
    ),
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
    # a letter for recovery of an account that is open, and stays so until the letter is used
    ([*OPEN, RECOVERY, WARNED], Step.REQUESTED),
    ([*OPEN, RECOVERY, moment("letter-batched", 211, SECOND)], Step.BATCHED),
    ([*OPEN, RECOVERY, moment("letter-parked", 211, SECOND, reason="no-address")], Step.PARKED),
    ([*OPEN, RECOVERY, REPRINTED], Step.POSTED),
    ([ACTIVATED, CONFIRMED, REPRINTED], Step.POSTED),
    ([*OPEN, RECOVERY, REPRINTED, moment("email-confirmed", 220)], Step.POSTED),
    ([*OPEN, RECOVERY, REPRINTED, moment("activation-refused", 230, SECOND, reason="letter-void")], Step.VOID),
    ([*OPEN, RECOVERY, REPRINTED, moment("activation-refused", 230, SECOND, reason="letter-expired")], Step.EXPIRED),
    ([*OPEN, RECOVERY, REPRINTED, REOPENED], Step.ACTIVATED),
    ([*OPEN, REOPENED], Step.ACTIVATED),
    ([*OPEN, RECOVERY, REPRINTED, REOPENED, moment("account-requested", 310, THIRD)], Step.REQUESTED),
    ([*OPEN, RECOVERY, REPRINTED, REOPENED, RECONFIRMED], Step.OPEN),
    ([*OPEN, FROZEN], Step.FROZEN),
    ([*OPEN, FROZEN, RECOVERY], Step.REQUESTED),
    ([*OPEN, FROZEN, REOPENED], Step.ACTIVATED),
    ([ASKED, PRINTED, ACTIVATED, FROZEN], Step.FROZEN),
    ([*OPEN, REOPENED, moment("account-frozen", 302)], Step.FROZEN),
    ([*OPEN, REOPENED, moment("account-frozen", 302), moment("account-requested", 310, SECOND)], Step.REQUESTED),
    ([*OPEN, FROZEN, REOPENED, RECONFIRMED], Step.OPEN),
    # freezing voids a letter that was asked for before; one that is asked for afterwards is on its way
    ([*OPEN, RECOVERY, REPRINTED, moment("account-frozen", 220)], Step.FROZEN),
    ([*OPEN, RECOVERY, moment("account-frozen", 220), moment("account-requested", 310, THIRD)], Step.REQUESTED),
    # all but the newest step of the account is forgotten
    ([FROZEN], Step.FROZEN),
    ([FROZEN, moment("account-already-open", 310)], Step.FROZEN),
    ([FROZEN, RECOVERY, REPRINTED], Step.POSTED),
    ([REOPENED], Step.ACTIVATED),
    # parked, let go of since as far as anybody knows, and printed after all
    ([moment("account-requested", -24 * 99), moment("letter-parked", -24 * 98, reason="no-address")], Step.DROPPED),
    ([moment("letter-parked", -24 * 98, reason="no-address"), BATCHED], Step.BATCHED),
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


@pytest.mark.parametrize("days", [2, 30, 300])
def test_a_letter_that_came_back_is_told_with_its_reason_and_what_to_do_for_as_long_as_it_is_the_newest(days):
    again = moment("account-request-refused", 35, SECOND, reason="address-returned")
    words = answer(letter_state([ASKED, PRINTED, MAILED, RETURNED, again], AT + timedelta(days=days)))
    assert "revenu à l’expéditeur" in words.title
    assert "corriger l’adresse postale" in words.next
    assert words.say.endswith("«\u00a0Créer mon compte\u00a0».")
    assert len(words.notes) == 2
    assert "destinataire inconnu à l’adresse" in words.notes[0]
    assert "l’adresse doit d’abord être corrigée" in words.notes[1]


def test_a_letter_for_recovery_that_came_back_is_asked_for_anew_on_its_own_page():
    for reason in ("other", "refused"):
        back = moment("letter-returned", 250, SECOND, reason=reason, purpose="recovery")
        words = answer(letter_state([*OPEN, RECOVERY, REPRINTED, back], NOW))
        assert "courrier de secours" in words.title
        assert words.say.endswith("«\u00a0Retrouver l’accès par courrier\u00a0».")
        assert "Créer mon compte" not in words.next + words.say


@pytest.mark.parametrize(
    ("reason", "wrong"),
    [("unknown-at-address", True), ("incomplete-address", True), ("other", True), ("of-a-later-version", True),
     ("refused", False), ("unclaimed", False)],
)  # fmt: skip
def test_an_address_is_corrected_where_it_is_to_blame(reason, wrong):
    """As ``registration`` judges: it sends another letter to an address at which one was refused or not fetched."""
    words = answer(letter_state([ASKED, PRINTED, moment("letter-returned", 29, reason=reason)], NOW))
    assert ("corriger l’adresse postale" in words.next) is wrong
    assert ("L’adresse n’est pas en cause" in words.say) is not wrong
    assert "n’ouvre plus rien" in words.say
    assert words.say.endswith("«\u00a0Créer mon compte\u00a0».")


@pytest.mark.parametrize(
    ("days", "step"), [(0.3, Step.POSTED), (8, Step.POSTED), (8.3, Step.LATE), (20.9, Step.LATE), (21.1, Step.EXPIRED)]
)
def test_time_goes_by(days, step):
    assert letter_state([ASKED, BATCHED, PRINTED], AT + timedelta(days=days)).step is step


@pytest.mark.parametrize(
    ("hours", "step"), [(216, Step.POSTED), (215 + 193, Step.LATE), (24 * 29.9, Step.LATE), (24 * 30.1, Step.EXPIRED)]
)
def test_time_goes_by_for_a_letter_for_recovery_too(hours, step):
    state = letter_state([*OPEN, RECOVERY, REPRINTED], AT + timedelta(hours=hours))
    assert (state.step, state.recovery) == (step, True)
    words = answer(state)
    assert "courrier de secours" in words.title
    assert "Créer mon compte" not in words.next + words.say
    assert ("Retrouver l’accès par courrier" in words.say) is (step is not Step.POSTED)


@pytest.mark.parametrize(("days", "step"), [(89, Step.PARKED), (90, Step.DROPPED)])
def test_a_letter_that_was_put_aside_is_not_waited_for_for_ever(days, step):
    put_aside = moment("letter-parked", 211, SECOND, reason="no-address")
    for moments in ([moment("account-requested", 210, SECOND), put_aside], [*OPEN, RECOVERY, put_aside]):
        state = letter_state(moments, put_aside.occurred_at + timedelta(days=days))
        assert state.step is step
        words = answer(state)
        where = "Retrouver l’accès par courrier" if state.recovery else "Créer mon compte"
        assert (where in words.say) is (step is Step.DROPPED)
        assert any("l’adresse postale manque" in note for note in words.notes)


def test_after_a_letter_for_recovery_was_used_it_is_like_any_other():
    for moments in ([*OPEN, RECOVERY, REPRINTED, REOPENED], [*OPEN, RECOVERY, REPRINTED, REOPENED, RECONFIRMED]):
        assert letter_state(moments, NOW).recovery is False


def test_who_asked_in_vain_while_the_account_is_open_is_told_of():
    too_many = moment("account-request-refused", 205, SECOND, reason="too-many-letters")
    notes = answer(letter_state([*OPEN, too_many], NOW)).notes
    assert any("quatre courriers en 30 jours" in note for note in notes)


def test_since_when_and_what_else_is_told():
    state = letter_state([ASKED, BATCHED, PRINTED, MAILED, TOO_SOON], NOW)
    assert state == LetterState(Step.POSTED, PRINTED.occurred_at, PRINTED, TOO_SOON, MAILED)
    words = answer(state)
    assert words.since.replace("\u00a0", " ") == "Depuis le 23 novembre 2026 à 16 h 30"
    assert "14 décembre 2026" in words.say.replace("\u00a0", " ")
    notes = " / ".join(words.notes).replace("\u00a0", " ")
    assert "Courriel d’annonce du départ envoyé le 23 novembre 2026 à 16 h 36" in notes
    assert "Nouvel essai le 23 novembre 2026 à 17 h 30 : Demande sans courrier" in notes
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


LATER, LONG_BEFORE = AT + timedelta(days=400), AT - timedelta(days=400)
SPACES = [
    ([], None, Step.OPEN),
    ([moment("account-already-open", 310)], None, Step.OPEN),
    ([RECOVERY, REPRINTED], None, Step.POSTED),
    ([FROZEN], None, Step.FROZEN),
    ([CONFIRMED], None, Step.OPEN),
    ([REOPENED], None, Step.ACTIVATED),
    ([], LATER, Step.CLOSED),
    ([*OPEN, FROZEN], LATER, Step.CLOSED),
    ([moment("account-requested", 24 * 401, SECOND)], LATER, Step.REQUESTED),
]


@pytest.mark.parametrize(("moments", "closed_at", "step"), SPACES)
def test_what_the_space_says_counts_where_the_timeline_says_nothing(moments, closed_at, step):
    told = [*moments, *told_by_space(moments, LONG_BEFORE, closed_at)]
    state = letter_state(told, LATER + timedelta(days=1) if closed_at else NOW)
    assert state.step is step
    if not moments:
        assert state.since == (closed_at or LONG_BEFORE)


def test_a_freezing_that_was_heard_of_before_the_confirmation_is_not_undone_by_the_space():
    moments = [*OPEN, FROZEN]
    assert letter_state([*moments, *told_by_space(moments, LATER, None)], NOW).step is Step.FROZEN


def test_every_step_has_its_words():
    for step in Step:
        words = answer(LetterState(step, AT, PRINTED))
        assert words.title[0].isupper()
        assert words.say.endswith(".")
