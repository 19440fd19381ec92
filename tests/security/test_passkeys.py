"""On the running system: a passkey answers this site, this question and this browser, or nothing (WebAuthn L3 §7, §13.4)."""

import pytest
from support.authenticator import PRESENT, Authenticator
from support.second_factor import PASSKEY, fields_on, options_on
from support.ways_in import SESSION, STEP, at_once

HOME = "/espace/"
PHISHING = "http://espace-adherent.exemple"
NOT_DONE, NOT_MADE = "n’a pas abouti", "n’a pas pu être enregistrée"


@pytest.fixture
def device(running):
    """What a person carries; its browser shows the site that is attacked."""
    return lambda **kind: Authenticator(origin=running.places.site, **kind)


@pytest.fixture
def enrolled(device, attacker):
    """``enrolled(owner)``: the device that holds a passkey of that account, added on its page."""

    def enrol(owner, **kind):
        browser, holder = attacker(), device(**kind)
        owner.sign_in(browser)
        hidden = browser.form(PASSKEY).hidden
        made = holder.make(options_on(browser.open(PASSKEY)))
        told = browser.send("POST", PASSKEY, hidden | {"name": "Clé", "passkey": made})
        assert (told.status_code, owner.lines("second-factor-added")) == (200, 1), told.text
        return holder

    return enrol


def waits(owner, browser):
    """The password is right; returns the page that says what a passkey is to sign."""
    assert owner.sign_in(browser).headers["location"].partition("?")[0] == STEP
    return browser.open(STEP)


def answer(browser, page, signed):
    """Sent from the page that asked: opened once more, it would ask something else."""
    return browser.send("POST", STEP, fields_on(page) | {"passkey": signed})


def test_the_right_one_opens_the_space(owner, enrolled, attacker):
    holder, browser = enrolled(owner), attacker()
    page = waits(owner, browser)
    assert answer(browser, page, holder.sign(options_on(page))).headers["location"] == HOME
    assert owner.is_seen(browser)


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": PHISHING},
        {"origin": "https://localhost"},
        {"rp_id": "espace-adherent.exemple"},
        {"cross_origin": True},
        {"type": "webauthn.create"},
        {"challenge": "A" * 43},
        {"signature": b"\x30\x06\x02\x01\x01\x02\x01\x01"},
    ],
    ids=lambda wrong: " ".join(map(str, wrong.items())),
)
def test_an_answer_of_elsewhere_or_to_something_else(owner, enrolled, attacker, wrong):
    holder, browser = enrolled(owner), attacker()
    page = waits(owner, browser)
    told = answer(browser, page, holder.sign(options_on(page), **wrong))
    assert (told.status_code, NOT_DONE in told.text) == (422, True)
    assert not owner.is_seen(browser)
    assert owner.lines("second-factor-failed") == 1


def test_a_phishing_site_in_the_middle_gets_in_nowhere(owner, enrolled, attacker):
    """It has the password, and shows its visitor the real question: the browser writes where it was asked into the answer."""
    holder, thief = enrolled(owner), attacker()
    page = waits(owner, thief)
    victims_browser = Authenticator(origin=PHISHING, keys=holder.keys)
    told = answer(thief, page, victims_browser.sign(options_on(page)))
    assert told.status_code == 422
    # nor does a browser sign for a domain that it does not show
    forged = victims_browser.sign(options_on(told), rp_id="espace-adherent.exemple")
    assert answer(thief, told, forged).status_code == 422
    assert SESSION not in thief.cookies


def test_an_answer_that_was_seen_is_good_no_more(owner, enrolled, attacker):
    holder, browser, thief = enrolled(owner, counts=False), attacker(), attacker()
    page = waits(owner, browser)
    signed = holder.sign(options_on(page))
    assert answer(browser, page, signed).headers["location"] == HOME
    assert answer(thief, waits(owner, thief), signed).status_code == 422
    assert owner.lines("signed-in") == 2, "the enrolment's, and this one"


def test_of_twenty_uses_of_one_answer_one_is_let_in(owner, enrolled, attacker, crowd):
    holder, browser = enrolled(owner, counts=False), attacker()
    page = waits(owner, browser)
    shown = fields_on(page) | {"passkey": holder.sign(options_on(page))}
    for one in crowd:
        one.cookies = dict(browser.cookies)
    told = at_once(lambda number: crowd[number].send("POST", STEP, shown), len(crowd))
    assert [one.headers.get("location") for one in told].count(HOME) == 1
    assert sum(map(owner.is_seen, crowd)) == 1


def test_another_browser_s_question_is_not_answered_here(owner, enrolled, attacker):
    holder, browser, thief = enrolled(owner), attacker(), attacker()
    page = waits(owner, browser)
    signed = holder.sign(options_on(page))
    assert answer(thief, waits(owner, thief), signed).status_code == 422
    assert answer(browser, page, signed).headers["location"] == HOME


def test_another_account_s_passkey_opens_nothing(owner, new_owner, enrolled, attacker):
    holder, other = enrolled(owner), new_owner()
    thief_holds, thief = enrolled(other), attacker()
    page = waits(owner, thief)
    (foreign,), (own,) = thief_holds.keys, holder.keys
    told = answer(thief, page, thief_holds.sign(options_on(page), credential=foreign))
    assert told.status_code == 422
    claimed = thief_holds.sign(options_on(told), credential=foreign, claims=own)
    assert answer(thief, told, claimed).status_code == 422
    assert not owner.is_seen(thief)


def test_a_copied_passkey_is_noticed_by_its_count(owner, enrolled, attacker):
    holder, thief = enrolled(owner), attacker()
    copy = Authenticator(origin=holder.origin, keys=dict(holder.keys))
    for browser in (attacker(), attacker()):
        page = waits(owner, browser)
        assert answer(browser, page, holder.sign(options_on(page))).headers["location"] == HOME
    page = waits(owner, thief)
    told = answer(thief, page, copy.sign(options_on(page), count=1))
    assert (told.status_code, owner.is_seen(thief)) == (422, False)


def test_who_was_not_there_does_not_count(owner, enrolled, attacker):
    holder, browser = enrolled(owner), attacker()
    page = waits(owner, browser)
    holder.flags = 0
    told = answer(browser, page, holder.sign(options_on(page)))
    assert told.status_code == 422
    holder.flags = PRESENT
    there = answer(browser, told, holder.sign(options_on(told)))
    assert there.headers["location"] == HOME, "presence beside a password is enough"


@pytest.mark.parametrize(
    "wrong", [{"origin": PHISHING}, {"rp_id": "exemple.fr"}, {"type": "webauthn.get"}, {"challenge": "A" * 43}]
)
def test_none_is_added_that_was_made_elsewhere(owner, device, attacker, wrong):
    browser = attacker()
    owner.sign_in(browser)
    hidden = browser.form(PASSKEY).hidden
    made = device().make(options_on(browser.open(PASSKEY)), **wrong)
    told = browser.send("POST", PASSKEY, hidden | {"name": "Clé", "passkey": made})
    assert (told.status_code, NOT_MADE in told.text, owner.lines("second-factor-added")) == (422, True, 0)


def test_what_was_made_for_a_page_is_added_once_and_to_no_other_account(owner, new_owner, device, attacker):
    browser, other, theirs = attacker(), new_owner(), attacker()
    owner.sign_in(browser)
    other.sign_in(theirs)
    hidden = browser.form(PASSKEY).hidden
    made = device().make(options_on(browser.open(PASSKEY)))
    told = theirs.send("POST", PASSKEY, theirs.form(PASSKEY).hidden | {"name": "Clé", "passkey": made})
    assert (told.status_code, other.lines("second-factor-added")) == (422, 0)
    sent = hidden | {"name": "Clé", "passkey": made}
    assert browser.send("POST", PASSKEY, sent).status_code == 200
    assert browser.send("POST", PASSKEY, sent).status_code == 422
    assert owner.lines("second-factor-added") == 1


def test_none_is_added_from_another_site_or_without_a_session(owner, device, attacker):
    browser, thief = attacker(), attacker()
    owner.sign_in(browser)
    hidden = browser.form(PASSKEY).hidden
    sent = hidden | {"name": "Clé", "passkey": device().make(options_on(browser.open(PASSKEY)))}
    elsewhere = {"Origin": PHISHING, "Sec-Fetch-Site": "cross-site"}
    assert browser.send("POST", PASSKEY, sent, elsewhere).status_code == 403
    assert thief.send("POST", PASSKEY, sent).status_code in {303, 403}
    assert owner.lines("second-factor-added") == 0
