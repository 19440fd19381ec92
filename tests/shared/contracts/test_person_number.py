import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.person_number import (
    NumberError,
    Situation,
    canonical_member_number,
    canonical_nir,
    canonical_number,
    is_like_nir,
)


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "12.34.56", "123-456", "12\u202f3456"])
def test_member_numbers_forgive_separators(typed):
    assert canonical_member_number(typed) == "123456"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("12345", "length"),
        ("1234567", "length"),
        ("12A456", "digits"),
        ("", "digits"),
        ("١٢٣٤٥٦", "digits"),
        ("²23456", "digits"),
    ],
)
def test_wrong_member_numbers_say_why(typed, code):
    with pytest.raises(NumberError) as refused:
        canonical_member_number(typed)
    assert refused.value.code == code


@pytest.mark.parametrize("typed", ["1 85 05 78 006 084 91", "185057800608491", "1850578006084", "1-85-05-78-006-084"])
def test_nirs_of_13_or_15_characters_are_the_same(typed):
    assert canonical_nir(typed) == "1850578006084"


def test_corsican_nirs_have_letters():
    from stdnum.fr import nir

    key = nir.calc_check_digits("190032A004005")
    assert canonical_nir(f"1 90 03 2a 004 005 {key}") == "190032A004005"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("185057800608492", "key"),
        ("1851378006084", "month"),
        ("1850078006084", "month"),
        ("000000000000097", "shape"),
        ("3850578006084", "shape"),
        ("18505780060", "length"),
        ("18505780060849", "length"),
        ("185052C006084", "shape"),
        ("1850500006084", "department"),
    ],
)
def test_wrong_nirs_say_why(typed, code):
    with pytest.raises(NumberError) as refused:
        canonical_nir(typed)
    assert refused.value.code == code


@given(st.text(max_size=30), st.sampled_from(Situation))
def test_any_text_is_either_a_number_or_refused(typed, situation):
    try:
        kind, _, number = canonical_number(situation, typed).partition(":")
    except NumberError:
        return
    assert (kind, len(number)) in {("member", 6), ("nir", 13)}


def test_a_mistyped_nir_is_still_like_one():
    for typed in ("1 85 05 78 006 084 92", "185057800608491", "1 85 13 78 006 084", "285052A006084"):
        assert is_like_nir(typed), typed
    for other in ("", "123456", "385057800608491", "18505780060849", "D-7K3M-2Q9X", "Garnier"):
        assert not is_like_nir(other), other
