"""Parsers of what people and their browsers send: any text is read or refused in words, and what is read has its form."""

import re
import unicodedata
from contextlib import suppress
from datetime import date
from ipaddress import ip_address, ip_network

import pytest
from fastapi import FastAPI
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.requests import Request

from shared.contracts.person_number import Situation
from shared.security.assertions import AssertionRefusedError
from shared.security.key_ring import KeyRing, encode_key
from shared.security.tokens import looks_like_token, new_token
from shared.web import invitation_link
from shared.web.asserted import key_id
from shared.web.checkboxes import Choices
from shared.web.cleaning import clean_line, clean_lines, showable, untouched
from shared.web.client_address import client_address, network_of
from shared.web.cross_site import CrossSiteGuard
from shared.web.csrf import FormSigner
from shared.web.date_parts import PARTS, DateParts
from shared.web.email_address import ADDRESS_LIMIT, EmailRule, address_key
from shared.web.forms import FieldError, Form, MaxLength, parse
from shared.web.person_number import RefusedNumberError, checked_number
from shared.web.postcode import PostcodeRule

ANY = st.text(st.characters(), max_size=200)
"""Lone surrogates, too: a form's bytes hold none, but a JSON body may."""
UNSEEN = {"Cc", "Cs"}
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")


def hidden_in(text: str, but: str = "") -> bool:
    return bool(TURNING.search(text)) or any(unicodedata.category(one) in UNSEEN for one in text if one not in but)


@given(ANY)
@example("\u200b a\u0301 \ufeff")
def test_a_line_is_clean_or_refused_and_stays_as_it_is(text):
    with suppress(FieldError):
        line = clean_line(text)
        assert not hidden_in(line)
        assert clean_line(line) == line
        assert len(line) <= len(unicodedata.normalize("NFC", text))


@given(st.text(st.characters() | st.sampled_from("\r\n\t"), max_size=200))
@example("a\r\rb\r\n\nc")
def test_lines_hold_no_other_control_than_their_ends_and_tabs(text):
    with suppress(FieldError):
        lines = clean_lines(text)
        assert not hidden_in(lines, but="\n\t")
        assert clean_lines(lines) == lines


@given(ANY)
def test_a_password_is_kept_or_refused_and_never_changed(text):
    with suppress(FieldError):
        assert untouched(text) == text
        assert not hidden_in(text)


@given(ANY)
def test_what_is_shown_again_can_be_written(text):
    shown = showable(text)
    shown.encode()
    assert not hidden_in(shown, but="\t\n")
    assert showable(shown) == shown


@given(ANY, st.integers(0, 300))
def test_no_answer_is_longer_than_its_limit(text, limit):
    with suppress(FieldError):
        assert len(MaxLength(limit).check(text)) <= limit


ADDRESSED = st.one_of(ANY, st.emails(), st.text('a.@é-+"<>,;:= \r\n\x00?xn', max_size=80))


@given(ADDRESSED)
@example("jeanne@exemple.fr\nBcc: b@exemple.fr")
@example("a@xn--a")
@example("a@" + "b." * 120 + "fr")
@example("=?utf-8?q?a?=@exemple.fr")
def test_an_address_is_one_ascii_word_or_refused(text):
    rule = EmailRule()
    with suppress(FieldError):
        address = rule.check(text)
        assert address == "" or re.fullmatch(r"[!-~]+@\S+", address)
        assert not any(sign in address for sign in ',;<>"()\\')
        assert not hidden_in(address)
        assert len(address) <= ADDRESS_LIMIT
        assert rule.check(address) == address
        assert address_key(address) == address_key(text) or "xn--" in address_key(text), "domains have two spellings"


@given(st.emails(), st.sampled_from([str, str.upper, str.title]))
def test_a_key_of_an_address_is_its_own_key(email, case):
    with suppress(FieldError):
        address = EmailRule().check(email)
        key = address_key(address)
        assert address_key(key) == address_key(f" {case(address)}\t") == key


@given(ANY | st.text("0123456789 ０１２\u00a0", max_size=9))
def test_a_postcode_has_five_digits_or_is_refused(text):
    rule = PostcodeRule()
    with suppress(FieldError):
        digits = rule.check(text)
        assert re.fullmatch(r"([0-9]{5})?", digits)
        assert rule.check(digits) == digits


PART = ANY | st.integers(-1, 3000).map(str) | st.sampled_from(["mars", "ⅫI", "²", "", "août", "٣", "1" * 5000])


@given(PART, PART, PART, st.booleans(), st.sampled_from([None, 0, 1]))
@example("29", "2", "2024", False, None)
@example("1", "1", "9999", False, 1)
def test_three_texts_are_a_date_within_bounds_or_refused_at_one_of_them(day, month, year, past, ahead):
    rule = DateParts("La date", past=past, years_ahead=ahead)
    found, refused = None, ""
    try:
        found = rule.check((day, month, year))
    except FieldError as error:
        refused = error.control
    assert refused in {*PARTS, ""}
    if found is not None:
        assert isinstance(found, date)
        assert found.year >= 1900
        assert rule.check((str(found.day), str(found.month), f"{found.year:04}")) == found


@given(st.lists(ANY | st.sampled_from(["tea", "cake"])))
def test_of_boxes_only_options_are_read_in_their_order(ticked):
    chosen = Choices(("tea", "cake")).check(ticked)
    assert list(chosen) == [one for one in ("tea", "cake") if one in ticked]


@given(ANY | st.text("0123456789AB -./", max_size=20), st.sampled_from(Situation))
def test_a_number_is_canonical_or_refused_without_being_quoted(text, situation):
    number = told = ""
    try:
        number = checked_number(situation, text)
    except RefusedNumberError as error:
        told = str(error)
    assert len(text.strip()) < 5 or text.strip() not in told
    if told:
        return
    assert re.fullmatch(r"member:[0-9]{6}|nir:[0-9]{6}[0-9AB]{2}[0-9]{5}|nir:[0-9]{5}[0-9AB]{2}[0-9]{6}", number)
    assert checked_number(situation, number.partition(":")[2]) == number


@given(ANY)
def test_a_token_is_43_signs_of_its_alphabet(text):
    assert looks_like_token(text) == (len(text) == 43 and set(text) <= set("-_") | set(map(chr, LETTERS)))
    assert looks_like_token(new_token())
    assert not looks_like_token(f"{new_token()}\n")


LETTERS = [*range(48, 58), *range(65, 91), *range(97, 123)]
SIGNER = FormSigner(KeyRing.parse(f"c1:{encode_key(b'k' * 32)}"))
VISITOR = "0" * 32


@given(ANY, ANY)
@example("", "é.ü")
def test_a_form_token_of_ours_is_accepted_and_no_other(token, submission):
    try:
        assert SIGNER.check(VISITOR, {"form_token": token, "submission_id": submission}) is None
    except UnicodeEncodeError:
        assert hidden_in(token + submission), "only what no form can hold"
    good = SIGNER.issue(VISITOR)
    sent = {"form_token": good.token, "submission_id": str(good.submission_id)}
    assert SIGNER.check(VISITOR, sent) == good.submission_id
    assert SIGNER.check(VISITOR, sent | {"form_token": f"{good.token}x"}) is None


@given(ANY | st.from_regex(r"(https?://[a-z]{0,5})?/espace/delegations/invitation\?(jeton=.{0,9}&?){0,4}"))
@example("//[")
@example("/espace/delegations/invitation?" + "a=1&" * 30)
def test_any_path_is_an_invitation_or_none(address):
    token = invitation_link.token_of(address)
    assert token is None or "jeton" in address


@given(ANY)
@example("http://[")
@example("https://espace.exemple.fr:99999999")
@example("null")
def test_no_origin_but_ours_passes(origin):
    guard = CrossSiteGuard(FastAPI(), "https://espace.exemple.fr")
    headers = [(b"origin", origin.encode("utf-8", "replace"))]
    request = Request({"type": "http", "headers": headers})
    assert not guard._ours(request.headers) or "espace.exemple.fr" in origin.casefold()


@given(ANY)
@example("bnVsbA.e30.")
@example("W10.e30.")
@example("eyJraWQiOiBudWxsfQ.e30.")
def test_an_assertion_names_a_key_or_is_refused(text):
    with suppress(AssertionRefusedError):
        assert isinstance(key_id(text), str)


ADDRESS = st.ip_addresses().map(str)


@given(st.lists(ANY | ADDRESS, max_size=5), st.integers(0, 3))
def test_where_a_request_comes_from_is_never_what_its_sender_wrote(written, proxies):
    app = FastAPI()
    app.state.trusted_proxies = proxies
    line = ",".join(one.encode("ascii", "replace").decode() for one in written)
    seen = [f"192.0.2.{number}" for number in range(1, proxies + 1)]
    headers = [(b"x-forwarded-for", ",".join([line, *seen]).encode())]
    request = Request({"type": "http", "headers": headers, "client": ("198.51.100.7", 5), "app": app})
    assert client_address(request) == (seen[0] if proxies else "198.51.100.7")


@given(ANY | ADDRESS)
@example("fe80::1%eth0")
@example("::ffff:192.0.2.1")
def test_any_text_is_of_one_network_or_of_none(text):
    network = network_of(text)
    if network:
        assert ip_network(network)
        assert network_of(network.partition("/")[0]) == network
    else:
        with pytest.raises(ValueError, match=r".*"):
            ip_address(text.partition("%")[0])


class Line(Form):
    text: str


@given(ANY)
def test_a_plain_field_takes_any_text_or_tells(text):
    form = parse(Line, {"text": text})
    assert (form.value is None) == bool(form.errors)
    assert form.value is None or (len(form.value.text) <= 200 and not hidden_in(form.value.text))
