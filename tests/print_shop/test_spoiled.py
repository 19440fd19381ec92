"""Spoiled letters are named by place or by mark; whatever names none, or one twice, is refused with what to do."""

import pytest

from print_shop.posting import CountsDifferError, check_count
from print_shop.spoiled import SpoiledRefusedError, ids_of, spoiled_places
from shared.contracts.letter_mark import generate_mark
from shared.contracts.provisional_password import check_symbol


@pytest.fixture
def batch(offered):
    return offered(letters=50)


def spaced(error):
    return str(error.value).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("typed", "places"),
    [
        ("", []),
        ("12", [12]),
        ("12,40-42", [12, 40, 41, 42]),
        ("  42 ; 12, 40-41\n", [12, 40, 41, 42]),
        ("1,50", [1, 50]),
        ("1-50", list(range(1, 51))),
        ("7-7", [7]),
    ],
)
def test_places(batch, typed, places):
    assert spoiled_places(batch, [typed]) == places
    assert ids_of(batch, places) == tuple(batch.letters[place - 1].id for place in places)


def test_marks_as_they_are_scanned_or_typed(batch):
    mark = batch.letters[6].mark
    typed = f"{mark[:5]}-{mark[5:]}".lower().replace("0", "o").replace("1", "l")
    assert spoiled_places(batch, [mark]) == [7]
    assert spoiled_places(batch, [f"12,{typed}", "3"]) == [3, 7, 12]


def test_a_mark_of_digits_alone_is_no_place(batch):
    mark = next(
        f"{nine}{check}" for nine in range(123456789, 123456999) if (check := check_symbol(str(nine))).isdigit()
    )
    digits = batch.model_copy(
        update={"letters": (*batch.letters[:4], batch.letters[4].model_copy(update={"mark": mark}))}
    )
    assert spoiled_places(digits, [mark]) == spoiled_places(digits, [f"{mark[:5]}-{mark[5:]}"]) == [5]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("0", "0 : le lot a 50 lettres, donnez des places de 1 à 50."),
        ("51", "51 : le lot a 50 lettres"),
        ("40-51", "40-51 : le lot a 50 lettres"),
        ("9-8", "9-8 : le lot a 50 lettres"),
        ("12,12", "12 : la lettre nº 12 est déjà nommée par 12. Retirez l’un des deux."),
        ("10-13,12", "12 : la lettre nº 12 est déjà nommée par 10-13."),
        ("douze", "douze : ni une place (12), ni des places (40-42), ni un repère (10 signes)."),
        ("-3", "-3 : ni une place"),
        ("ABCDEFGHJU", "ABCDEFGHJU : aucune lettre ne peut porter ce repère. Relisez-le, ou scannez-le."),
    ],
)
def test_what_names_no_letter_or_one_twice(batch, typed, words):
    with pytest.raises(SpoiledRefusedError) as error:
        spoiled_places(batch, [typed])
    assert words in spaced(error)


def test_a_letter_of_another_batch(batch):
    mark = generate_mark()
    with pytest.raises(SpoiledRefusedError) as error:
        spoiled_places(batch, [mark])
    assert spaced(error) == f"{mark} : cette lettre n’est pas du lot {batch.serial}. Cherchez son lot sur la lettre."


def test_a_letter_named_by_its_place_and_by_its_mark(batch):
    with pytest.raises(SpoiledRefusedError, match="déjà nommée par 7"):
        spoiled_places(batch, ["7", batch.letters[6].mark])


def test_all_that_is_wrong_is_told_at_once(batch):
    with pytest.raises(SpoiledRefusedError) as error:
        spoiled_places(batch, ["99,douze,3,3"])
    assert len(spaced(error).splitlines()) == 3


def test_the_count_of_envelopes():
    check_count(50, 3, 47)
    check_count(50, 50, 0)
    for posted, words in ((46, "47 à poster ; vous en comptez 46 : il en manque 1"), (50, "il y en a 3 de trop")):
        with pytest.raises(CountsDifferError) as error:
            check_count(50, 3, posted)
        assert "50 lettres − 3 gâchées = " in spaced(error)
        assert words in spaced(error)
