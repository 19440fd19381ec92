"""The plain rules, at their edges (design §5)."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation import attempts
from activation.local_path import HOME, local_path
from activation.masked_address import masked
from activation.password_rules import COMMON, PERSONAL, TOO_EASY, TOO_LONG, TOO_SHORT, Person, password_problem
from activation.resend import too_early
from activation.secret_question import KNOWN_ELSEWHERE, answer_problem, normal_answer
from activation.secret_question import TOO_EASY as EASY_ANSWER
from activation.session_rules import is_due_for_touch, is_live
from activation.sign_in_limits import Failures, wait_after
from activation.waiting import wait_in_words

NOW = datetime(2024, 3, 27, 12, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
JEANNE = Person("jeanne.garnier@exemple.fr", ("Jeanne-Marie", "Le Garnier"), date(1957, 3, 27))


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("a1b2c3d4e5f", TOO_SHORT),
        ("trois lapins verts", None),
        ("éléphant âgé né ici", None),
        ("x" * 129, TOO_LONG),
        ("ab" * 64, COMMON),
        ("\ufdfa" * 10, TOO_LONG),
        ("MotDePasse!1234", COMMON),
        ("bonjourbonjour", COMMON),
        ("correct horse battery staple", COMMON),
        ("Marseille 13013 !", COMMON),
        ("1234 5678 9012", TOO_EASY),
        ("les garnier en fête", PERSONAL),
        ("vive JEANNE la reine", PERSONAL),
        ("le 27 mars au soir", PERSONAL),
        ("soirée de mars 1957", PERSONAL),
        ("code 570327 vert pomme", PERSONAL),
        ("ｇａｒｎｉｅｒ en pleine largeur", PERSONAL),
        ("le tilleul du vieux pont", None),
        ("!?#&;(£]|^+=§µ", None),
        ("!!!!!!!!!!!!??", COMMON),
        ("azer tyui opqs", TOO_EASY),
        ("1974 8263 5091", TOO_EASY),
        ("19748263509174 6318", None),
    ],
)
def test_passwords(password, problem):
    assert password_problem(password, JEANNE) == problem


@given(st.text(min_size=0, max_size=200))
def test_any_text_is_judged(password):
    assert password_problem(password, JEANNE) is None or len(password_problem(password, JEANNE)) > 20


@pytest.mark.parametrize(
    "one",
    ["Les Malheurs de Sophie", " les  malheurs-de SOPHIE! ", "Lés Malheürs de Sophie.", "ｌｅｓ malheurs de sophie"],
)
def test_answers_that_are_one(one):
    assert normal_answer(one) == "les malheurs de sophie"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        ("aaaa", EASY_ANSWER),
        ("Je ne sais pas", EASY_ANSWER),
        ("l e g a r n i e r", KNOWN_ELSEWHERE),
        ("Oui-Oui", None),
    ],
)
def test_secret_answers(answer, problem):
    assert answer_problem(answer, ["Le Garnier"]) == problem


@given(st.lists(st.integers(0, 1200), max_size=12))
def test_attempts_are_blocked_exactly_while_five_count(ages):
    wrong_at = [NOW - timedelta(seconds=age) for age in ages]
    until = attempts.blocked_until(wrong_at, NOW)
    assert (until is not None) == (sum(age < 600 for age in ages) >= 5)
    if until is not None:
        assert attempts.blocked_until(wrong_at, until) is None
        assert attempts.blocked_until(wrong_at, until - SECOND / 1000) is not None


def test_ten_wrong_void_but_not_what_opens_an_account_anew():
    assert [attempts.voids("activation", count) for count in (9, 10, 11)] == [False, True, True]
    assert not attempts.voids("recovery", 1000)


@pytest.mark.parametrize(
    ("in_a_row", "minutes"), [(0, 0), (4, 0), (5, 1), (6, 2), (7, 4), (10, 32), (11, 60), (99, 60)]
)
def test_waits_double_up_to_an_hour(in_a_row, minutes):
    assert wait_after(in_a_row) == minutes * MINUTE


def test_twenty_five_failures_a_day_at_most():
    failures, now, tried = Failures(), NOW, 0
    while now < NOW + timedelta(hours=24):
        if failures.blocked_until(now) is None:
            failures, tried = failures.and_now(now), tried + 1
        now += SECOND * 10
    assert tried == 25
    assert failures.blocked_until(NOW + timedelta(hours=24, seconds=10)) is None


@pytest.mark.parametrize(("in_a_row", "blocked"), [(1, False), (4, False), (5, True)])
def test_a_clock_that_is_ahead_makes_no_wait_of_its_own(in_a_row, blocked):
    failures = Failures([NOW + SECOND], in_a_row)
    assert (failures.blocked_until(NOW) is not None) is blocked


def test_a_hundred_in_a_row():
    assert [Failures((), count).recovery_only for count in (99, 100)] == [False, True]


@pytest.mark.parametrize(
    ("created", "seen", "live"),
    [(0, 0, True), (899, 899, True), (900, 900, False), (43_199, 0, True), (43_200, 0, False)],
)
def test_sessions_live_15_minutes_idle_and_12_hours_at_most(created, seen, live):
    assert is_live(NOW - created * SECOND, NOW - seen * SECOND, NOW) is live


def test_use_is_written_every_30_seconds():
    assert [is_due_for_touch(NOW - seconds * SECOND, NOW) for seconds in (0, 29, 30)] == [False, False, True]


def test_messages_are_three_minutes_apart():
    assert [too_early(NOW - seconds * SECOND, NOW) for seconds in (0, 179, 180)] == [True, True, False]


@pytest.mark.parametrize("path", ["/", "/espace/", "/espace/a?b=c&d=%20#e", "/a//b"])
def test_local_paths(path):
    assert local_path(path) == path


@given(st.text(max_size=30))
def test_no_path_leads_elsewhere(text):
    for wanted in (text, "/" + text, "//" + text, "/\\" + text):
        path = local_path(wanted)
        assert path == HOME or (path[0] == "/" and path[1:2] not in {"/", "\\"} and path.isascii() and "\n" not in path)


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (SECOND, "1 minute"),
        (60 * SECOND, "1 minute"),
        (61 * SECOND, "2 minutes"),
        (60 * MINUTE, "60 minutes"),
        (100 * MINUTE, "2 heures"),
    ],
)
def test_waits_in_words(until, words):
    assert wait_in_words(NOW + until, NOW).replace("\u00a0", " ") == words


def test_an_address_on_a_page_is_masked():
    assert masked("jeanne@exemple.fr") == "j•••@exemple.fr"
    assert masked("j@exemple.fr") == "j•••@exemple.fr"
