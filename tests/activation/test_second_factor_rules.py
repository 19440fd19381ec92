"""The form of recovery codes, and codes as people type them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from activation.second_factor import recovery_code
from activation.second_factor.recovery_code import MistypedCodeError, generate, grouped, normalise, place_of
from activation.typed_code import NEITHER, SIX_DIGITS, AnyCode, SixDigits
from shared.contracts.provisional_password import ALPHABET
from shared.web.forms import FieldError

any_code, six_digits = AnyCode(), SixDigits()


@given(st.integers(0, 9))
def test_a_code_says_its_place_and_is_read_back(place):
    code = generate(place)
    assert re.fullmatch(r"[0-9][0-9A-HJKMNP-TV-Z]{14}", code)
    assert place_of(code) == place
    shown = grouped(code)
    assert re.fullmatch(r"[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}", shown)
    typed = shown.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    for variant in (code, shown, typed, f" {shown}\t"):
        assert normalise(variant) == any_code.check(variant) == code


def test_a_code_has_65_random_bits():
    assert recovery_code.RANDOM_SYMBOLS * 5 >= 64
    assert len({generate(0) for _ in range(1000)}) == 1000


@given(st.integers(0, 9), st.integers(0, 14), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_seen(place, at, symbol):
    code = generate(place)
    if code[at] != symbol:
        with pytest.raises(MistypedCodeError):
            normalise(code[:at] + symbol + code[at + 1 :])


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_or_told(typed):
    for rule in (any_code, six_digits):
        read = told = ""
        try:
            read = rule.check(typed)
        except FieldError as error:
            told = str(error)
        assert told in {"", NEITHER, SIX_DIGITS}
        assert re.fullmatch(r"([0-9]{6}|[0-9][0-9A-Z]{14})?", read)


def test_six_digits_with_or_without_spaces():
    for typed in ("123456", "123 456", " 123\u00a0456 "):
        assert six_digits.check(typed) == any_code.check(typed) == "123456"
    assert any_code.check("123-456") == "123456"
    for typed in ("12345", "1234567", "12345a", "１２３４５６"):
        with pytest.raises(FieldError):
            six_digits.check(typed)
        with pytest.raises(FieldError):
            any_code.check(typed)
    assert six_digits.check("") == any_code.check("") == ""
