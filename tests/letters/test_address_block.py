"""The address in the window: NF Z10-011, never cut short."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from letters.address_block import MOST_LINES, AddressRefusedError, address_block
from shared.contracts.postal_line import LONGEST_LINE
from shared.contracts.postal_zone import PostalZone

HOME = PostalZone.METROPOLITAN


def test_last_lines_in_postal_capitals_and_the_name_as_the_person_writes_it():
    block = address_block(
        "Mme", "Anne-Élise", "d’Œuvrard", ["Bât. C", "12, rue de l’Église", "63000 Clermont-Ferrand"], HOME
    )
    assert block == ("Mme Anne-Élise d’Œuvrard", "BAT C", "12 RUE DE L EGLISE", "63000 CLERMONT FERRAND")


def test_lines_above_the_last_three_stay_as_they_are():
    lines = ["Chez M. Noël", "Résidence « Les Œillets »", "8 bis, cœur de ville", "BP 12", "97400 Saint-Denis CEDEX 9"]
    block = address_block("M.", "Jean", "Ba", lines, PostalZone.OVERSEAS)
    assert block[1:] == (
        "Chez M. Noël", "Résidence « Les Œillets »", "8 BIS COEUR DE VILLE", "BP 12", "97400 SAINT DENIS CEDEX 9",
    )  # fmt: skip


def test_blank_lines_and_doubled_spaces_go():
    assert address_block("", "Jean ", " Ba", ["", " 1  rue X ", "  ", "75001 Paris"], HOME) == (
        "Jean Ba",
        "1 RUE X",
        "75001 PARIS",
    )


def test_a_long_name_takes_two_lines_when_there_is_room():
    block = address_block(
        "Mme", "Marie-Christine-Antoinette", "de La Rochefoucauld-Montbel", ["1 rue X", "75001 Paris"], HOME
    )
    assert block[:2] == ("Mme Marie-Christine-Antoinette", "de La Rochefoucauld-Montbel")


def test_abroad_the_last_line_is_a_country():
    assert (
        address_block("", "Jean", "Ba", ["1 rue X", "1000 Bruxelles", "Belgique"], PostalZone.ABROAD)[-1] == "BELGIQUE"
    )


@pytest.mark.parametrize(
    ("lines", "family_name", "code"),
    [
        ([], "Ba", "no-address"),
        (["  ", ""], "Ba", "no-address"),
        (["…", "-"], "Ba", "no-address"),
        (["1 rue X", "75001 Paris"], " ", "no-name"),
        (["a", "b", "c", "d", "e", "75001 Paris"], "Ba", "too-many-lines"),
        (["x" * 39, "75001 Paris"], "Ba", "line-too-long"),
        (["Œ" * 20, "75001 Paris"], "Ba", "line-too-long"),  # spelt out, it is 40
        (["1 rue X", "Paris 75001"], "Ba", "postcode-line-wrong"),
        (["1 rue X", "7500 Paris"], "Ba", "postcode-line-wrong"),
        (["1 rue X", "75001"], "Ba", "postcode-line-wrong"),
        (["1 rue\x00X", "75001 Paris"], "Ba", "character-not-printable"),
        (["1 rue X", "75001 Paris"], "王", "character-not-printable"),
        (["1 rue X", "75001 Paris"], "B" * 39, "name-too-long"),
        (["a", "b", "c", "d", "75001 Paris"], "B" * 36, "name-too-long"),
    ],
)
def test_refused_with_a_reason(lines, family_name, code):
    with pytest.raises(AddressRefusedError) as refused:
        address_block("M.", "Jean", family_name, lines, HOME)
    assert refused.value.code == code


@given(st.lists(st.text(max_size=45), max_size=7), st.text(max_size=45), st.text(max_size=45))
@example(lines=["a", ":", "{", "{"], given_name="", family_name="0")
@example(lines=["1ª rua X"], given_name="", family_name="0")
def test_whatever_is_given_the_block_fits_or_is_refused(lines, given_name, family_name):
    try:
        block = address_block("Mme", given_name, family_name, lines, PostalZone.ABROAD)
    except AddressRefusedError:
        return
    assert len(block) <= MOST_LINES
    assert all(0 < len(line) <= LONGEST_LINE for line in block)
    assert all(line == line.upper() for line in block[-1:])
