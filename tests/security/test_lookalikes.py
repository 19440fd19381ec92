"""On the running system: an address in another spelling is the same one, and one that only looks alike is another's.

Unicode TR 39; the password of one account that was reset through an address in look-alike letters (GitHub, 2019).
"""

import json

import pytest

from launcher.story import NEW_PASSWORD

SAME = [str.upper, lambda email: f" {email} "]
WIDE = "\uff43"
"""A « c » of full width, which NFKC makes an ordinary one."""
OTHER = [
    lambda email: "\u0441" + email[1:],  # of the Cyrillic alphabet
    lambda email: email.replace("o", "\u043e", 1),
    lambda email: email[:3] + "\u00ad" + email[3:],  # a soft hyphen
    lambda email: email.replace("@", "+autre@"),
    lambda email: email.replace("exemple", "ex\u0435mple"),
    lambda email: f"{email}.",
]
FORGOTTEN, CHANGE = "/compte/mot-de-passe-oublie", "/compte/securite/adresse"


def links_sent(owner):
    """Addresses to which a link to choose a password left for that account."""
    rows = owner.sql(
        "select convert_from(body, 'UTF8') from outbox where type = 'fr.espace.password-reset-requested.v1' "
        "and convert_from(body, 'UTF8')::jsonb -> 'data' ->> 'person_id' = {person}"
    )
    return [json.loads(row)["data"]["email"] for row in rows.splitlines()]


@pytest.mark.parametrize("spelled", SAME)
def test_another_spelling_is_the_same_account_and_is_counted_as_one(owner, attacker, spelled):
    typed = spelled(owner.email)
    told = attacker().fill(FORGOTTEN, {"email": typed})
    assert (told.status_code, told.headers.get("location")) == (303, f"{FORGOTTEN}/envoye"), told.text
    assert links_sent(owner) == [owner.email], "to the address on file, not to what was typed"
    for number in range(5):
        told = attacker().sign_in(typed if number % 2 else owner.email, "un mot de passe qui ne va pas")
        assert told.status_code == 422
    assert {owner.sign_in(attacker()).status_code, attacker().sign_in(typed, "encore un autre").status_code} == {429}


def test_letters_of_full_width_sign_in_to_the_same_account_and_no_mail_goes_there(owner, attacker):
    typed = WIDE + owner.email[1:]
    assert attacker().sign_in(typed, NEW_PASSWORD).status_code == 303
    assert attacker().fill(FORGOTTEN, {"email": typed}).status_code == 422
    assert links_sent(owner) == []


@pytest.mark.parametrize("spelled", OTHER)
def test_what_looks_alike_opens_nothing_and_is_sent_nothing(owner, new_owner, attacker, spelled):
    typed, other = spelled(owner.email), new_owner()
    assert owner.sign_in(attacker()).status_code == 303
    browser = attacker()
    assert browser.sign_in(typed, NEW_PASSWORD).status_code == 422
    assert browser.fill(FORGOTTEN, {"email": typed}).status_code in {303, 422}
    assert (links_sent(owner), owner.lines("signed-in")) == ([], 1)
    # nor does an account that is moved to it become the other one's
    assert other.enters(browser)
    asked = browser.fill(CHANGE, {"email": typed, "email_confirmation": typed})
    assert asked.status_code in {303, 422}
    sent = other.sql("select email from email_change where account_id = {account}")
    assert owner.email not in sent
