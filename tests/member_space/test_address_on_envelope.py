"""What a member reports as an address is what a letter can print."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from member_space.address.address_form import AddressForm, lines_of
from shared.contracts.postal_abbreviation import ROADS, TITLES, WORDS
from shared.contracts.postal_window import window
from shared.web.forms import parse

ADDRESS = {
    "complement": "", "street": "12 rue des Exemples", "place": "", "postcode": "33000", "town": "Bordeaux",
    "since_day": "1", "since_month": "9", "since_year": "2026",
}  # fmt: skip


def below(form):
    return window("Mme", "Jeanne", "Garnier", lines_of(form.value), abroad=False)[1:]


WORD = st.sampled_from([*ROADS, *TITLES, *WORDS, "12", "rue de l’", "Œillets", "Saint-", ",", "Ə", "C"])
LINE = st.lists(WORD, max_size=9).map(" ".join) | st.text(st.characters(codec="utf-8"), max_size=45)
TOWNS = st.sampled_from(
    [("33000", "bordeaux"), ("75380", "Paris cedex 8"), ("33077", f"{'x' * 25} cedex"), ("98000", "Monaco"),
     ("98001", "Monaco Cedex"), ("98000", "Nice"), ("00200", "Hub Armées"), ("00200", f"{'x' * 26} armées"),
     ("00001", "Armées")]
)  # fmt: skip


@given(LINE, LINE, LINE, TOWNS)
@example("Œ" * 19, "12 bis avenue du Maréchal de Lattre de Tassigny", "BP 12", ("33000", "Bordeaux"))
@example("a" + "." * 99, "1 rue X", "", ("33000", "Bordeaux"))
def test_what_is_taken_down_is_printed(complement, street, place, town):
    answers = {"complement": complement, "street": street, "place": place, "postcode": town[0], "town": town[1]}
    form = parse(AddressForm, ADDRESS | answers)
    assert (form.value is None) == bool(form.errors)
    assert form.errors or below(form)


@pytest.mark.parametrize(
    ("answers", "printed"),
    [
        ({"street": "12, avenue du Maréchal de Lattre de Tassigny"}, ("12 AV DU MAL DE LATTRE DE TASSIGNY", "33000 BORDEAUX")),
        ({"postcode": "75380", "town": "paris cédex 8"}, ("12 RUE DES EXEMPLES", "75380 PARIS CEDEX 08")),
        ({"postcode": "98000", "town": "Monaco"}, ("12 RUE DES EXEMPLES", "98000 MONACO")),
        ({"postcode": "98001", "town": "monaco cedex"}, ("12 RUE DES EXEMPLES", "98001 MONACO CEDEX")),
        ({"postcode": "00200", "town": "hub armées", "street": "SP 12345"}, ("SP 12345", "00200 HUB ARMEES")),
        ({"postcode": "97400", "town": "st denis"}, ("12 RUE DES EXEMPLES", "97400 SAINT DENIS")),
    ],
)  # fmt: skip
def test_a_long_street_a_cedex_the_armies_and_monaco_are_addresses(answers, printed):
    form = parse(AddressForm, ADDRESS | answers)
    assert not form.errors
    assert below(form) == printed


@pytest.mark.parametrize(
    ("answers", "field", "words"),
    [
        ({"street": "12 rue des Exemples du Conseil national de la Résistance"}, "street", "38 caractères ou moins"),
        ({"street": "1 rue X" + "." * 94}, "street", "38 caractères ou moins"),
        ({"street": "1 rue de l’Əli"}, "street", "sans signe particulier"),
        ({"postcode": "00200", "town": f"{'x' * 26} armées"}, "town", "38 caractères ou moins"),
        ({"postcode": "00200", "town": "Paris"}, "postcode", "Aucune commune n’a ce code postal"),
        ({"postcode": "00001", "town": "Armées"}, "postcode", "Aucune commune n’a ce code postal"),
        ({"postcode": "98000", "town": "Nice"}, "postcode", "Aucune commune n’a ce code postal"),
    ],
)
def test_what_no_letter_can_print_has_its_words_beside_its_field(answers, field, words):
    form = parse(AddressForm, ADDRESS | answers)
    assert [*form.errors] == [field]
    assert words in form.errors[field]
