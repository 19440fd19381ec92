"""A password or secret answer holds no number of its owner's, of which only fingerprints are kept."""

from datetime import date

import pytest

from activation.own_secrets import Owner, holds_number
from activation.password_rules import PERSONAL
from activation.secret_question import KNOWN_ELSEWHERE
from shared.security.fingerprints import fingerprint, fingerprints
from shared.security.key_ring import KeyRing

from .recovery_steps import answer, choose, new_link, opened

OLD, NEW = "k1:" + "A" * 43, "k2:" + "B" * 43
NUMBER, NIR = "372257", "1620675999998"


def owner(*known: str) -> Owner:
    numbers = frozenset(fingerprint(KeyRing.parse(OLD), one) for one in known)
    return Owner("Jeanne", "Garnier", date(1957, 3, 27), "jeanne@exemple.fr", numbers)


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("lapins 372257 verts", True), ("37-22-57 lapins", True), ("x9372257y", True), ("lapins 372258", False),
        ("3722 lapins 57", False), ("1 62 06 75 999 998 02", True), ("mon 1620675999998 à moi", True),
        ("1 62 06 75 999 997", False), ("", False), ("é" * 128, False), ("9" * 128, False),
    ],
)  # fmt: skip
def test_a_number_is_found_however_it_is_spelled(text, held):
    assert holds_number(KeyRing.parse(f"{NEW},{OLD}"), owner(f"member:{NUMBER}", f"nir:{NIR}"), text) is held


def test_a_number_of_corsica():
    known = owner("nir:185022A999996")
    assert holds_number(KeyRing.parse(OLD), known, "1 85 02 2a 999 996 34 lapins")
    assert not holds_number(KeyRing.parse(OLD), known, "1 85 02 2b 999 996 34 lapins")


def test_an_account_of_before_knows_none():
    assert not holds_number(KeyRing.parse(OLD), owner(), NUMBER)


async def test_a_password_is_refused_on_each_way(world, visitor, plain):
    await world.confirmed()
    await visitor.sign_in()
    wanted = "des lapins 37 22 57 dansent"
    typed = {"current": "trois lapins verts dansent", "password": wanted, "password_confirmation": wanted}
    changed = await visitor.fill("/compte/securite/mot-de-passe", **typed)
    assert (changed.status_code, PERSONAL in plain(changed)) == (422, True)
    browser = await opened(world, await new_link(world))
    await answer(browser)
    reset = await choose(browser, wanted)
    assert (reset.status_code, PERSONAL in plain(reset)) == (422, True)
    assert (await choose(browser, "des lapins 37 22 58 dansent")).status_code == 303


async def test_an_answer_is_refused_too(world, visitor, plain):
    await world.confirmed()
    await visitor.sign_in()
    told = await visitor.fill("/compte/securite/question", secret_question="jeu", secret_answer="c’est 372 257")
    assert (told.status_code, KNOWN_ELSEWHERE in plain(told)) == (422, True)


@pytest.mark.parametrize(("field", "value", "message"), [
    ("password", "1 62 06 75 999 998 lapins", PERSONAL), ("secret_answer", "la 1620675999998", KNOWN_ELSEWHERE),
])  # fmt: skip
async def test_at_activation_the_number_that_was_not_typed_is_refused_too(world, visitor, plain, field, value, message):
    ring = world.settings.fingerprint_keys
    numbers = tuple(one for number in (f"member:{NUMBER}", f"nir:{NIR}") for one in fingerprints(ring, number))
    typed = await world.letter(number_fingerprints=numbers)
    refused = await visitor.activate(provisional_password=typed, **{field: value})
    assert (refused.status_code, message in plain(refused)) == (422, True)
    assert f'id="{field}-error"' in refused.text
    assert (await visitor.activate(provisional_password=typed)).status_code == 303
