"""An address of the register is loaded when the letter can be printed, and only then."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registration.postal_address import AddressRefusedError, address_lines, check_name_fits
from shared.contracts import postal_refusal
from shared.contracts.postal_refusal import in_words
from shared.contracts.postal_window import window

LONG_STREET = "12 bis, avenue du Maréchal de Lattre de Tassigny"
FREE = st.lists(
    st.text(max_size=50) | st.sampled_from([LONG_STREET, "x" * 39, "œ" * 20, "–", "", "FRANCE"]), max_size=5
)
TOWN = st.sampled_from(["Bordeaux", "Paris Cedex 8", "Hub Armées", "x" * 33, "St Jean", "12", "Ə"]) | st.text(
    max_size=40
)
NAME = st.text(max_size=45) | st.sampled_from(["Garnier", "de La Rochefoucauld-Montbel", "x" * 39])
COUNTRY = st.sampled_from(["", "Belgique", "2", "-", "x" * 39])
POSTCODE = st.sampled_from(["33000", "00001", "00200", "98000", "97400", "1050-185"])


def told_by_the_register(free, postcode, town, country, names):
    try:
        check_name_fits(*names, len(address_lines(free, postcode, town, country)))
    except AddressRefusedError as error:
        return str(error)
    return ""


def told_by_the_letter(free, postcode, town, country, names):
    lines = [*free, f"{postcode} {town.upper()}", *([country.upper()] if country else [])]
    try:
        window(*names, lines, abroad=bool(country))
    except postal_refusal.AddressRefusedError as error:
        return in_words(error.reason)
    return ""


@given(FREE, POSTCODE, TOWN, COUNTRY, st.tuples(st.just("Mme"), NAME, NAME))
@example(["a", "b", "c", "d"], "33000", "Bordeaux", "", ("Mme", "Marie-Christine-Antoinette", "de La Rochefoucauld"))
def test_the_register_loads_what_the_letter_prints(free, postcode, town, country, names):
    address = free, postcode, town, country, names
    assert bool(told_by_the_register(*address)) == bool(told_by_the_letter(*address))


@given(FREE, POSTCODE, TOWN, COUNTRY)
@example([LONG_STREET], "33000", "Bordeaux", "")
@example(["x" * 39, "a"], "00001", "Bordeaux", "")
def test_the_register_says_what_the_letter_would(free, postcode, town, country):
    address = free, postcode, town, country, ("Mme", "Jeanne", "Garnier")
    said = (told(*address).partition("\u00a0: ")[2] for told in (told_by_the_register, told_by_the_letter))
    assert len(set(said)) == 1


@pytest.mark.parametrize(
    ("free", "postcode", "town", "country", "column", "words"),
    [
        (["x" * 39], "33000", "Bordeaux", "", "address_line_1", "La ligne 1 sous le nom dépasse 38 caractères"),
        (["", "a", "…", "x" * 39], "33000", "Bordeaux", "", "address_line_4", "La ligne 2 sous le nom dépasse"),
        (["a", "улица"], "33000", "Bordeaux", "", "address_line_2", "un signe qui ne s’imprime pas"),
        (["a"], "33000", "x" * 33, "", "postcode", "libellé d’acheminement"),
        (["a"], "00001", "Bordeaux", "", "postcode", "n’est celui d’aucune commune"),
        (["a"], "00200", "Bordeaux", "", "postcode", "n’est celui d’aucune commune"),
        (["a"], "33000", "12", "", "postcode", "suivi de la commune"),
        (["a"], "1000", "Bruxelles", "12", "country_name", "n’est pas un pays"),
        (["a"], "1000", "Bruxelles", "-", "postcode", "n’est pas un pays"),
        (["a", "b", "c", "d"], "1000", "Bruxelles", "Belgique", "address_line_1", "dépasse 6 lignes"),
    ],
)
def test_what_is_refused_names_its_column_and_what_to_do(free, postcode, town, country, column, words):
    with pytest.raises(AddressRefusedError) as refused:
        address_lines(free, postcode, town, country)
    assert words in str(refused.value)
    assert refused.value.column == column


def test_what_the_letter_abbreviates_is_kept_as_the_back_office_has_it() -> None:
    assert address_lines([LONG_STREET, "–"], "75380", "Paris Cedex 8") == (LONG_STREET, "75380 PARIS CEDEX 8")
    assert address_lines(["SP 12345"], "00200", "Hub Armées") == ("SP 12345", "00200 HUB ARMÉES")
    assert address_lines(["Sans domicile fixe"], "98000", "Monaco") == ("Sans domicile fixe", "98000 MONACO")


def test_a_name_that_has_no_room_says_whose_fault_it_is() -> None:
    with pytest.raises(AddressRefusedError, match="réunissez deux lignes de l’adresse") as refused:
        check_name_fits("Mme", "Marie-Antoinette", "DE LA ROCHEFOUCAULD-EXEMPLE", 5)
    assert refused.value.column == "family_name"
    with pytest.raises(AddressRefusedError, match="raccourcissez-le avec la personne"):
        check_name_fits("Mme", "Jo", "X" * 39, 2)
