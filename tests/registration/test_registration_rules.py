"""Rules without I/O: identity match, letter policy, postal address, names."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.registration import ANSWERS

from registration.identity_match import Claim, find_person, matches, name_key
from registration.letter_policy import Answer, LetterPolicy, PastLetter
from registration.models import Person
from registration.names import is_name
from registration.outcome import Outcome
from registration.postal_address import AddressRefusedError, address_lines, check_name_fits
from registration.reminder_policy import ReminderPolicy
from registration.request_forms import IdentityForm, LetterForm
from shared.web.forms import parse

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
BIRTH = date(1957, 3, 27)


def known(family_name: str, birth_name: str = "", birth: date = BIRTH, postcode: str = "33000") -> Person:
    return Person(family_name=family_name, birth_name=birth_name, birth_date=birth, postcode=postcode)


@pytest.mark.parametrize(("typed", "registered"), [
    ("garnier", "GARNIER"),
    ("LEFEVRE", "Lefèvre"),
    ("le boeuf", "LE BŒUF"),
    ("Nunez Ostergard", "NUÑEZ-ØSTERGÅRD"),
    ("d almeida riviere", "D’Almeida-Rivière"),
    ("D'ALMEIDA RIVIERE", "D’Almeida-Rivière"),
    ("O’Brien", "O'BRIEN"),
    ("Strauss", "Strauß"),
    ("Wałęsa", "WALESA"),
    ("Lætitia", "LAETITIA"),
    ("N\u2019Guye\u0302\u0303n", "N'GUYỄN"),
    ("Saint\u2011Exupéry", "SAINT EXUPERY"),
])  # fmt: skip
def test_names_that_are_the_same(typed: str, registered: str) -> None:
    assert matches(Claim(typed, BIRTH, "33000"), known(registered))
    assert matches(Claim(typed, BIRTH, "33000"), known("OTHER", registered))


@pytest.mark.parametrize("typed", ["GARNIE", "GARNIERE", "GARNIER MARTIN", "GARMER", "-", "'", ""])
def test_names_that_are_not(typed: str) -> None:
    assert not matches(Claim(typed, BIRTH, "33000"), known("GARNIER", "MARTIN"))


def test_an_empty_birth_name_matches_nothing() -> None:
    assert not matches(Claim("", BIRTH, "33000"), known("GARNIER", ""))


def test_date_and_postcode_must_agree() -> None:
    assert not matches(Claim("GARNIER", date(1957, 3, 26), "33000"), known("GARNIER"))
    assert not matches(Claim("GARNIER", BIRTH, "33001"), known("GARNIER"))


def test_twins_on_one_number_get_no_letter_by_guess() -> None:
    twins = [known("GARNIER"), known("GARNIER")]
    assert find_person(Claim("GARNIER", BIRTH, "33000"), twins) is None
    assert find_person(Claim("GARNIER", BIRTH, "33000"), twins[:1]) is twins[0]


LATIN = st.text(st.characters(categories=("Lu", "Ll"), max_codepoint=0x24F), min_size=1, max_size=30)


@given(LATIN)
def test_a_name_key_forgives_case_form_and_separators(name: str) -> None:
    key = name_key(name)
    assert key == name_key(unicodedata.normalize("NFD", name)) == name_key(" -’".join(name))
    assert key == name_key(key)
    assert key == name_key(name.upper()) == name_key(name.lower())


@given(st.text())
def test_a_name_key_holds_only_letters_and_digits(name: str) -> None:
    assert all(sign.isalnum() for sign in name_key(name))


@pytest.mark.parametrize(
    "name", ["D’Almeida-Rivière", "ÇELIK", "O'Brien", "M. Le Bœuf", "Nguyễn", "Žižek", "Ó Súilleabháin"]
)
def test_names_of_people(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize("name", ["", "-", "123", "Robert;--", "<b>", "=1+1", "a@b", "x\u202ey", "a\nb", "😀"])
def test_what_is_no_name(name: str) -> None:
    assert not is_name(name)


POLICY = LetterPolicy()


@pytest.mark.parametrize(("hours_ago", "confirmed", "outcome"), [
    ([], False, Outcome.LETTER),
    ([23.9], False, Outcome.TOO_SOON),
    ([24], False, Outcome.LETTER),
    ([24, 48, 72], False, Outcome.LETTER),
    ([24, 48, 72, 96], False, Outcome.TOO_MANY),
    ([1, 48, 72, 96], False, Outcome.TOO_MANY),
    ([24, 48, 72, 30 * 24], False, Outcome.LETTER),
    ([24, 48, 72, 30 * 24 - 0.1], False, Outcome.TOO_MANY),
    ([], True, Outcome.ACCOUNT_OPEN),
    ([1], True, Outcome.ACCOUNT_OPEN),
])  # fmt: skip
def test_letter_policy(hours_ago: list[float], confirmed: bool, outcome: Outcome) -> None:
    earlier = [PastLetter(NOW - timedelta(hours=hours)) for hours in hours_ago]
    answer = POLICY.answer(NOW, earlier, account_confirmed=confirmed, purpose="activation")
    assert (answer.outcome, answer.allowed) == (outcome, outcome is Outcome.LETTER)


@pytest.mark.parametrize("confirmed", [False, True])
@pytest.mark.parametrize(("hours_ago", "outcome"), [
    ([], Outcome.LETTER),
    ([23.9], Outcome.TOO_SOON),
    ([24, 48, 72, 96], Outcome.TOO_MANY),
])  # fmt: skip
def test_a_letter_for_recovery_has_the_same_figures(hours_ago: list[float], outcome: Outcome, confirmed: bool) -> None:
    earlier = [PastLetter(NOW - timedelta(hours=hours)) for hours in hours_ago]
    answer = POLICY.answer(NOW, earlier, account_confirmed=confirmed, purpose="recovery")
    assert answer.outcome is outcome
    if answer.allowed:
        assert answer.purpose == ("recovery" if confirmed else "activation")


@pytest.mark.parametrize(("hours_ago", "frozen", "outcome"), [
    ([0.5], 0.4, Outcome.LETTER),
    ([0.5], 0.5, Outcome.LETTER),
    ([0.5], 0.6, Outcome.TOO_SOON),
    ([1, 48, 72, 96], 0.5, Outcome.LETTER),
    ([0.4, 48, 72, 96], 0.5, Outcome.TOO_SOON),
    ([24, 48, 72, 96], 50, Outcome.LETTER),
    ([24, 48, 72, 96], 97, Outcome.TOO_MANY),
    ([24, 48, 72, 96], 40 * 24, Outcome.TOO_MANY),
    ([24, 48, 72, 31 * 24], 40 * 24, Outcome.LETTER),
])  # fmt: skip
def test_letters_asked_for_until_a_freezing_count_no_more(
    hours_ago: list[float], frozen: float, outcome: Outcome
) -> None:
    earlier = [PastLetter(NOW - timedelta(hours=hours)) for hours in hours_ago]
    told = {"account_confirmed": True, "purpose": "recovery", "frozen_at": NOW - timedelta(hours=frozen)}
    assert POLICY.answer(NOW, earlier, **told).outcome is outcome


def test_a_frozen_account_is_opened_by_a_letter_for_recovery_alone() -> None:
    answer = POLICY.answer(NOW, [], account_confirmed=True, purpose="activation", frozen_at=NOW)
    assert answer.outcome is Outcome.ACCOUNT_OPEN


@pytest.mark.parametrize(("minutes_ago", "allowed"), [
    ([], True),
    ([9.9], False),
    ([10], True),
    ([10, 20, 30, 40], True),
    ([10, 20, 30, 40, 50], False),
    ([10, 20, 30, 40, 24 * 60], True),
    ([10, 20, 30, 40, 24 * 60 - 1], False),
])  # fmt: skip
def test_reminder_policy(minutes_ago: list[float], allowed: bool) -> None:
    earlier = [NOW - timedelta(minutes=minutes) for minutes in minutes_ago]
    assert ReminderPolicy().allows(NOW, earlier) is allowed
    assert ReminderPolicy().allows(NOW, earlier[::-1]) is allowed


ANSWERED = st.dictionaries(
    st.sampled_from([*ANSWERS, "form_token"]), st.text() | st.sampled_from(list(ANSWERS.values()))
)


@given(ANSWERED)
def test_whatever_is_sent_is_a_request_or_gets_a_message_for_each_field(sent: dict[str, str]) -> None:
    for form_class in (IdentityForm, LetterForm):
        form = parse(form_class, ANSWERS | sent)
        assert (form.value is None) == bool(form.errors)
        assert set(form.errors) <= set(form_class.model_fields)
        assert form.values["captcha"] == ""


def test_the_fields_are_in_the_order_of_the_page() -> None:
    assert list(LetterForm.model_fields) == [
        "situation", "number", "email", "email_confirmation", "family_name", "birth", "postcode", "captcha",
    ]  # fmt: skip
    assert list(IdentityForm.model_fields) == ["situation", "number", "family_name", "birth", "postcode", "captcha"]


@given(st.lists(st.integers(0, 40 * 24 * 60), max_size=8))
def test_waiting_until_not_before_is_enough_and_not_too_much(minutes_ago: list[int]) -> None:
    earlier = [PastLetter(NOW - timedelta(minutes=minutes)) for minutes in minutes_ago]

    def at(now: datetime) -> Answer:
        return POLICY.answer(now, earlier, account_confirmed=False, purpose="activation")

    answer = at(NOW)
    if answer.not_before is not None:
        assert answer.not_before > NOW
        assert at(answer.not_before).allowed
        assert not at(answer.not_before - timedelta(seconds=1)).allowed
    else:
        assert answer.allowed


def test_address_lines() -> None:
    assert address_lines(["  Bât  C ", "", "7 cours Fictif", ""], "20000", "Ajaccio") == (
        "Bât C", "7 cours Fictif", "20000 AJACCIO",
    )  # fmt: skip
    assert address_lines(["4 avenue"], "1000", "Bruxelles", "Belgique")[-1] == "BELGIQUE"
    assert len(address_lines(["x" * 38] * 4, "33000", "B" * 32)) == 5


@pytest.mark.parametrize(("lines", "town", "country"), [
    (["x" * 39], "BORDEAUX", ""),
    (["Œ" * 20], "BORDEAUX", ""),
    (["x"], "B" * 33, ""),
    (["a", "b", "c", "d"], "BRUXELLES", "BELGIQUE"),
    (["улица"], "BORDEAUX", ""),
])  # fmt: skip
def test_an_address_that_can_not_be_printed_is_refused_not_cut(lines: list[str], town: str, country: str) -> None:
    with pytest.raises(AddressRefusedError):
        address_lines(lines, "33000", town, country)


def test_a_long_name_takes_two_lines_when_there_is_room() -> None:
    check_name_fits("Mme", "Marie-Antoinette", "DE LA ROCHEFOUCAULD-EXEMPLE", 4)
    with pytest.raises(AddressRefusedError):
        check_name_fits("Mme", "Marie-Antoinette", "DE LA ROCHEFOUCAULD-EXEMPLE", 5)
    with pytest.raises(AddressRefusedError):
        check_name_fits("Mme", "Jo", "X" * 39, 2)
