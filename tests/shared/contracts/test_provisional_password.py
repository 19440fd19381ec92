import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import provisional_password
from shared.contracts.provisional_password import (
    ALPHABET,
    MistypedPasswordError,
    check_symbol,
    generate,
    grouped,
    normalise,
)

passwords = st.text(ALPHABET, min_size=11, max_size=11).map(lambda symbols: symbols + check_symbol(symbols))


@given(passwords)
def test_what_is_printed_reads_back(password):
    assert normalise(grouped(password)) == password


@given(
    passwords, st.sampled_from([str.lower, str.upper, str.title]), st.sampled_from(["-", " ", "", "\u00a0", " – ", "."])
)
def test_case_and_separators_do_not_matter(password, case, separator):
    typed = separator.join(password[at : at + 4] for at in (0, 4, 8))
    assert normalise(f" {case(typed)} ") == password


@given(passwords)
def test_letters_that_look_like_digits_are_read_as_digits(password):
    assert normalise(password.replace("0", "o").replace("1", "l")) == password
    assert normalise(password.replace("0", "O").replace("1", "I")) == password


@given(passwords, st.integers(0, 11), st.sampled_from(ALPHABET))
def test_one_wrong_symbol_is_noticed(password, place, symbol):
    typed = password[:place] + symbol + password[place + 1 :]
    if typed == password:
        assert normalise(typed) == password
    else:
        with pytest.raises(MistypedPasswordError):
            normalise(typed)


@given(st.text(max_size=40))
def test_any_text_is_either_a_password_or_mistyped(typed):
    try:
        password = normalise(typed)
    except MistypedPasswordError:
        return
    assert len(password) == 12


def test_generated_ones_are_well_formed_differ_and_are_decent():
    made = [generate() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert all(normalise(grouped(password)) == password for password in made)
    assert not any(word in password for password in made for word in provisional_password._RUDE)


def test_grouping_is_three_times_four():
    assert grouped("0123456789AB") == "0123-4567-89AB"
