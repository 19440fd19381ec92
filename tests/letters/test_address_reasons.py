"""Why an address is refused: what events tell of it, and the words for the desk that mends it."""

from typing import get_args

import pytest

from shared.contracts.events.letters import ParkReason
from shared.contracts.postal_abbreviation import EXTENSIONS, ROADS, SAINTS, TITLES, WORDS
from shared.contracts.postal_refusal import PARKED, AddressReason, AddressRefusedError, detail_in_words, in_words
from shared.contracts.postal_zone import postal_zone


@pytest.mark.parametrize("reason", AddressReason)
def test_each_reason_is_one_of_the_event_and_says_what_to_do(reason):
    assert PARKED[reason] in get_args(ParkReason)
    assert AddressRefusedError(reason).code == PARKED[reason]
    wrong, to_do = in_words(reason).split("\u00a0: ", maxsplit=1)
    assert wrong[0].isupper()
    assert to_do
    assert "{" not in wrong + to_do


def test_the_words_name_the_line():
    told = AddressRefusedError(AddressReason.LINE_TOO_LONG, 4)
    assert told.detail == "line-too-long:4"
    assert detail_in_words(told.detail).startswith("La ligne 4 de l’enveloppe dépasse 38 caractères")
    assert detail_in_words(AddressRefusedError(AddressReason.TOO_MANY_LINES).detail).startswith(
        "L’adresse dépasse 6 lignes"
    )


@pytest.mark.parametrize("detail", ["", "layout-failed", "line-too-long:x", "line-too-long:4:4"])
def test_a_detail_of_others_is_refused(detail):
    with pytest.raises(ValueError, match=r"."):
        detail_in_words(detail)


def test_each_form_is_shorter_and_is_no_word_that_would_be_shortened_again():
    tables = (ROADS, TITLES, WORDS, EXTENSIONS, SAINTS)
    words = [word for table in tables for word in table]
    assert len(words) == len(set(words))
    for table in tables:
        for word, form in table.items():
            assert len(form) < len(word)
            assert form not in words


@pytest.mark.parametrize(
    ("postcode", "country", "zone"),
    [
        ("33000", "FR", "metropolitan"), ("20000", "FR", "metropolitan"), ("98000", "FR", "metropolitan"),
        ("97400", "FR", "overseas"), ("98714", "FR", "overseas"), ("00200", "FR", "overseas"),
        ("98000", "MC", "abroad"), ("1000", "be", "abroad"),
    ],
)  # fmt: skip
def test_the_zone_is_where_the_letter_takes_longer(postcode, country, zone):
    assert postal_zone(postcode, country) == zone
