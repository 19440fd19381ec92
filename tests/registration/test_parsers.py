"""What visitors type and browsers send, and what the register's export holds: read, or refused in words of ours."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response
from support.registration import ring

from registration.captcha_challenge import Challenges
from registration.names import is_name
from registration.postal_address import AddressRefusedError, address_lines, check_name_fits
from registration.recorded_requests import Recorded
from registration.register_row import RegisterRow
from registration.request_cookie import COOKIE, RequestCookie
from shared.contracts.postal_line import LONGEST_LINE
from shared.contracts.postal_window import window
from shared.imports.row import check_row

ANY = st.text(st.characters(), max_size=100)
NOW = datetime(2026, 11, 27, tzinfo=UTC)
COOKIES = RequestCookie(ring("form"))


def browser(cookie: str) -> Request:
    value = cookie.encode("latin-1", "replace").replace(b"\n", b"").replace(b"\r", b"")
    return Request({"type": "http", "headers": [(b"cookie", COOKIE.encode() + b"=" + value)]})


def written(recorded: Recorded) -> str:
    response = Response()
    COOKIES.write(response, recorded)
    return response.headers["set-cookie"].partition("=")[2].partition(";")[0]


@given(ANY | st.from_regex(r"[A-Za-z0-9_-]{0,40}(\.[A-Za-z0-9_-]{0,40}){0,3}"))
@example(".eJwDAAAAAAE")
@example("W10.x")
def test_a_cookie_that_is_not_ours_tells_of_no_request(text):
    assert COOKIES.read(browser(text)) is None


@given(
    st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=8, max_size=8),
    st.integers(0, 4 * 10**9),
    st.sampled_from(["activation", "recovery"]),
    st.integers(0, 200),
    st.sampled_from("Aa0-_."),
)
def test_ours_is_read_back_and_altered_it_is_none(reference, seconds, purpose, place, sign):
    recorded = Recorded(reference, datetime.fromtimestamp(seconds, UTC), purpose)
    value = written(recorded)
    assert COOKIES.read(browser(value)) == recorded
    place %= len(value)
    altered = value[:place] + sign + value[place + 1 :]
    assert COOKIES.read(browser(altered)) in (None, recorded), "the last signs of base64 may say nothing"


@given(ANY)
@example("６０２６０２")
@example("602 602")
def test_the_digits_of_a_captcha_are_those_or_wrong(typed):
    challenge = Challenges(ring("a"), "602602").open(Challenges(ring("a"), "602602").issue("visitor", NOW), NOW)
    typed = typed.encode("utf-8", "replace").decode()  # a form holds no lone surrogate
    assert challenge.is_answered_by(typed) == ("".join(typed.split()) == "602602")


@given(ANY)
def test_a_name_has_a_letter_and_no_sign_of_a_markup(text):
    if is_name(text):
        assert any(sign.isalpha() for sign in text)
        assert not re.search(r"[\x00-\x1f<>&\"=;@{}\\/0-9]", text)


@given(st.lists(ANY, max_size=5), ANY, ANY, ANY)
def test_an_address_of_the_register_fits_on_its_envelope_or_is_refused(free, town, country, name):
    try:
        lines = address_lines(free, "33000", town, country)
        check_name_fits("Mme", name, name, len(lines))
    except AddressRefusedError as error:
        told = str(error)
        assert all(len(one) < 12 or one not in told for one in (*free, town, country, name))
        return
    block = window("Mme", name, name, lines, abroad=bool(country))
    assert len(lines) < len(block) <= 6
    assert all(len(line) <= LONGEST_LINE for line in block)


GOOD = {
    "reference": "R1", "member_number": "123456", "nir": "", "civility": "Mme", "family_name": "GARNIER", "birth_name": "",
    "given_name": "Jeanne", "birth_date": "27/03/1957", "address_line_1": "12 rue des Exemples", "postcode": "33000",
    "town": "Bordeaux", "country": "FR", "country_name": "",
}  # fmt: skip


def test_the_good_line_is_a_person():
    assert check_row(RegisterRow, 2, GOOD).family_name == "GARNIER"


@pytest.mark.parametrize("column", list(RegisterRow.model_fields))
@given(cell=ANY.map(str.strip) | st.text("0123456789 AB/.-", max_size=20).map(str.strip))
def test_whatever_stands_in_a_column_is_read_or_told_of_it(column, cell):
    found = check_row(RegisterRow, 2, GOOD | {column: cell})
    if isinstance(found, list):
        assert found
        assert all(len(cell) < 6 or cell not in refusal.reason for refusal in found)
    else:
        assert re.fullmatch(r"member:[0-9]{6}|", found.member_number)
        assert 1 <= len(found.address) <= 5
