"""On the running system: the link to another address and the letter for recovery are good once, and end what was open."""

from support.many_accounts import VICTIM, known_address
from support.ways_in import ADDRESS, OTHER_PASSWORD, REPORT, RESET, SESSION, at_once, follow, heading, reset

from launcher.story import NEW_PASSWORD

ASK, DONE, ENDED = "Confirmez le changement d’adresse", "Votre adresse électronique est changée", "Ce lien ne sert plus"
UNKNOWN, TAKEN = "Ce lien n’est pas reconnu", "Cette adresse électronique sert déjà à un autre compte"


def test_of_twenty_presses_at_once_one_changes_the_address(owner, attacker, crowd):
    signed_in, email = attacker(), f"autre{owner.index}@exemple.fr"
    assert owner.enters(signed_in)
    reset_link, token = owner.link_to_choose_a_password(), owner.link_to_another_address(email)
    assert {follow(browser, ADDRESS, token) for browser in crowd} == {ASK}
    shown = [browser.form(ADDRESS).hidden for browser in crowd]
    at_once(lambda number: crowd[number].send("POST", ADDRESS, shown[number]), len(crowd))
    assert owner.lines("email-changed") == 1
    assert sorted(heading(browser, ADDRESS) for browser in crowd) == [ENDED] * (len(crowd) - 1) + [DONE]
    assert all(SESSION not in browser.cookies for browser in crowd), "who has the mailbox is not signed in by it"
    # and whoever was signed in, or had a link to choose a password in the old mailbox
    assert not owner.is_seen(signed_in)
    assert follow(attacker(), RESET, reset_link) == "Ce lien ne fonctionne plus"
    assert owner.sign_in(attacker()).status_code == 422
    browser = attacker()
    assert browser.sign_in(email, NEW_PASSWORD).status_code == 303
    assert owner.is_seen(browser)


def test_two_who_want_one_address_at_once_are_one(new_owner, crowd):
    owner, other, browsers = new_owner(), new_owner(), crowd
    email = f"convoite{owner.index}@exemple.fr"
    links = [one.link_to_another_address(email) for one in (owner, other)]
    for number, browser in enumerate(browsers):
        assert follow(browser, ADDRESS, links[number % 2]) == ASK
    shown = [browser.form(ADDRESS).hidden for browser in browsers]
    told = at_once(lambda number: browsers[number].send("POST", ADDRESS, shown[number]), len(browsers))
    assert {one.status_code for one in told} <= {200, 303}
    assert owner.lines("email-changed") + other.lines("email-changed") == 1
    assert any(TAKEN in one.text for one in told)
    assert owner.sql(f"select count(*) from account where email = '{email}'") == "1"


def test_the_address_of_another_is_never_taken_over(owner, attacker):
    """Nor in another spelling of it."""
    theirs = known_address(VICTIM)
    for spelling in (theirs, theirs.upper(), "\uff43" + theirs[1:]):
        browser = attacker()
        assert follow(browser, ADDRESS, owner.link_to_another_address(spelling)) == ASK
        assert TAKEN in browser.fill(ADDRESS, {}).text
    assert owner.lines("email-changed") == 0


def test_a_link_to_another_address_is_no_other_kind_of_link(owner, attacker):
    """Nor any other of it: each kind has a table and a cookie of its own."""
    pages = {
        ADDRESS: owner.link_to_another_address(f"genre{owner.index}@exemple.fr"),
        RESET: owner.link_to_choose_a_password(),
        REPORT: owner.link_to_report(),
    }
    for page in pages:
        for other, token in pages.items():
            browser = attacker()
            assert (follow(browser, page, token) == UNKNOWN) is (page != other)
            browser.cookies[SESSION] = token
            assert not owner.is_seen(browser)


def test_of_twenty_uses_of_a_letter_for_recovery_one_opens_the_account(owner, attacker, crowd):
    owner.letter_for_recovery()
    signed_in = attacker()
    assert owner.enters(signed_in)
    links = {RESET: owner.link_to_choose_a_password(), REPORT: owner.link_to_report()}
    owner.application()
    typed = [owner.activation(f"lettre{owner.index}.{number}@exemple.fr") for number in range(len(crowd))]
    shown = [browser.form("/compte/activer").hidden for browser in crowd]
    told = at_once(lambda n: crowd[n].send("POST", "/compte/activer", shown[n] | typed[n]).status_code, len(crowd))
    assert told.count(303) == 1
    assert set(told) <= {303, 422, 429}
    assert owner.lines("recovered") == 1
    won = typed[told.index(303)]["email"]
    assert owner.sql("select email from account where id = {account}") == won
    assert not owner.is_seen(signed_in)
    for page, token in links.items():
        assert follow(attacker(), page, token) == UNKNOWN
    assert owner.sql("select count(*) from totp_factor where account_id = {account}") == "0"
    assert owner.sign_in(attacker()).status_code == 422
    assert attacker().sign_in(won, OTHER_PASSWORD).headers["location"] == "/compte/cree", (
        "its address is to be confirmed"
    )


def test_an_ordinary_letter_opens_no_account_that_is_confirmed(owner, attacker):
    owner.letter_for_recovery()
    owner.sql("update provisional_letter set purpose = 'activation' where person_id = {person}")
    browser = attacker()
    assert browser.fill("/compte/activer", owner.activation(f"simple{owner.index}@exemple.fr")).status_code == 422
    reset(browser, owner.link_to_choose_a_password())
    assert owner.enters(browser, OTHER_PASSWORD), "it is as it was"
