"""The passwords that most people use are refused: those of zxcvbn's list of 30,000, as they are and dressed up."""

import pytest
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from activation.password_rules import LONGEST, MOST_USED, SHORTEST, Person, common_words, password_problem

USED = list(FREQUENCY_LISTS["passwords"])
NOBODY = Person()


def test_the_most_used_ones_are_refused():
    """Each that is long enough to be asked about; shorter ones are refused for that alone."""
    assert len(USED) == 30_000
    long_enough = [one for one in USED if len(one) >= SHORTEST]
    assert len(long_enough) > 200
    assert [one for one in long_enough if password_problem(one, NOBODY) is None] == []


@pytest.mark.parametrize(
    "dress", ["{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}{0}", "{0} {0} {0} {0}", "{0}123456789012!", "2026{0}2026!?"]
)
def test_the_most_used_ones_are_refused_however_they_are_dressed(dress):
    dressed = [dress.format(one) for one in USED[:MOST_USED:25] if one.isalpha()]
    dressed = [one for one in dressed if len(one) <= LONGEST]
    assert [one for one in dressed if len(one) >= SHORTEST and password_problem(one, NOBODY) is None] == []


def test_french_ones_are_refused_in_any_case_and_with_accents_and_figures():
    words = sorted(word for word in common_words() if word.isalpha())
    assert len(words) > 150
    made = [f"{word.title()} {word.upper()} 2026" for word in words] + [f"{word}{word}{word}" for word in words]
    assert [one for one in made if len(one) >= SHORTEST and password_problem(one[:LONGEST], NOBODY) is None] == []


@pytest.mark.parametrize("length", [64, 72, 73, 100, LONGEST])
def test_long_ones_are_taken(length):
    """Whole sentences, longer than what zxcvbn looks at (OWASP ASVS 6.2.9: 64 at least)."""
    sentence = (
        "quatre tortues jaunes rangent sept parapluies sous un vieux tilleul qui chante faux pendant que la pluie "
        "oublie le toit rouge du moulin"
    )
    assert (
        password_problem(sentence[:length].rstrip() + "!" * (length - len(sentence[:length].rstrip())), NOBODY) is None
    )
