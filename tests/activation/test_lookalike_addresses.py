"""Spellings of an address that are one, and those that only look alike (Unicode TR 39; django-allauth's mike and mıke)."""

import pytest

from activation.models import Account
from shared.web.forms import address_key

OWN = "mike+sante@exemple.fr"
SAME = [
    "MIKE+SANTE@EXEMPLE.FR",
    "  mike+sante@exemple.fr  ",
    "mi\u212ae+sante@exemple.fr",  # the sign of the kelvin
    "ｍｉｋｅ+sante@exemple.fr",
    "mike+\u017fante@exemple.fr",  # the long s
]
OTHER = [
    "m\u0131ke+sante@exemple.fr",  # i without its dot
    "m\u0456ke+sante@exemple.fr",  # of the Ukrainian alphabet
    "mike@exemple.fr",
    "mike+autre@exemple.fr",
    "mike+sante@exemple.fr.",
    "m.ike+sante@exemple.fr",
    "mi\u00adke+sante@exemple.fr",  # a soft hyphen
    "mike+sante@ex\u0435mple.fr",
]


def local_part(email: str) -> str:
    return email.rpartition("@")[0]


@pytest.mark.parametrize("typed", SAME)
async def test_one_address_however_it_is_written(world, typed):
    assert address_key(typed) == address_key(OWN)
    await world.confirmed(OWN)
    assert (await world.visitor().sign_in(typed)).status_code == 303


async def test_a_domain_in_its_ascii_spelling_is_the_same_address(world):
    """And is counted as the same: else each spelling would be five more tries."""
    own, ascii_spelling = "jeanne@santé.exemple.fr", "jeanne@xn--sant-epa.exemple.fr"
    await world.confirmed(own)
    visitor = world.visitor()
    assert (await visitor.sign_in(ascii_spelling)).status_code == 303
    for _ in range(5):
        assert (await world.visitor().sign_in(ascii_spelling, "un autre mot de passe")).status_code == 422
    assert (await world.visitor().sign_in(own, "un autre mot de passe")).status_code == 429


@pytest.mark.parametrize("typed", OTHER)
async def test_what_looks_alike_opens_nothing(world, typed):
    assert address_key(typed) != address_key(OWN)
    await world.confirmed(OWN)
    assert (await world.visitor().sign_in(typed)).status_code == 422


@pytest.mark.parametrize("typed", SAME + OTHER)
async def test_no_account_is_ever_mailed_elsewhere(world, typed):
    """Whoever activates or asks for a change with a look-alike: the mail goes to what was typed, or nowhere."""
    await world.confirmed(OWN)
    await world.confirmed("anne@exemple.fr", number="222222", given_name="Anne", family_name="Martin")
    anne = world.visitor()
    await anne.sign_in("anne@exemple.fr")
    answer = await anne.fill("/compte/securite/adresse", email=typed, email_confirmation=typed)
    asked = [event["email"] for event in await world.events("email-change-requested")]
    if typed in SAME:
        assert asked == []
    else:
        assert answer.status_code in {303, 422}
        assert all(local_part(email).isascii() and address_key(email) == address_key(typed) for email in asked)
    letter = await world.letter(number="333333", given_name="Luc", family_name="Petit")
    await world.visitor().activate(provisional_password=letter, number="333333", email=typed)
    accounts = [one for one in await world.rows(Account) if one.family_name == "Petit"]
    assert all(local_part(one.email).isascii() and address_key(one.email) != address_key(OWN) for one in accounts)
