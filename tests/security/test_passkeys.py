"""On the running system: a passkey answers this site, this question and this browser, or nothing (WebAuthn L3 §7, §13.4)."""

import pytest
from support.authenticator import PRESENT, Authenticator
from support.second_factor import PASSKEY, options_on
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


class Question:
    """What the second step asks in a browser: a page that is opened again asks something else."""

    def __init__(self, browser):
        self._browser, self._hidden = browser, browser.form(STEP).hidden
        self.options = options_on(browser.open(STEP))

    def fields(self, signed):
        return {**self._hidden, "passkey": signed}

    def answer(self, signed):
        return self._browser.send("POST", STEP, self.fields(signed))


def ask(owner, browser):
    """The password is right, and the passkey is asked for."""
    assert owner.sign_in(browser).headers["location"].partition("?")[0] == STEP
    return Question(browser)


def test_the_right_one_opens_the_space(owner, enrolled, attacker):
    holder, browser = enrolled(owner), attacker()
    asked = ask(owner, browser)
    assert asked.answer(holder.sign(asked.options)).headers["location"] == HOME
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
    asked = ask(owner, browser)
    told = asked.answer(holder.sign(asked.options, **wrong))
    assert (told.status_code, NOT_DONE in told.text) == (422, True)
    assert not owner.is_seen(browser)
    assert owner.lines("second-factor-failed") == 1


def test_a_phishing_site_in_the_middle_gets_in_nowhere(owner, enrolled, attacker):
    """It has the password, and shows its visitor the real question: the browser writes where it was asked into the answer."""
    holder, thief = enrolled(owner), attacker()
    asked = ask(owner, thief)
    victims_browser = Authenticator(origin=PHISHING, keys=holder.keys)
    assert asked.answer(victims_browser.sign(asked.options)).status_code == 422
    # nor does a browser sign for a domain that it does not show
    asked = Question(thief)
    assert asked.answer(victims_browser.sign(asked.options, rp_id="espace-adherent.exemple")).status_code == 422
    assert SESSION not in thief.cookies


def test_an_answer_that_was_seen_is_good_no_more(owner, enrolled, attacker):
    holder, browser, thief = enrolled(owner, counts=False), attacker(), attacker()
    asked = ask(owner, browser)
    signed = holder.sign(asked.options)
    assert asked.answer(signed).headers["location"] == HOME
    assert ask(owner, thief).answer(signed).status_code == 422
    assert owner.lines("signed-in") == 2, "the enrolment's, and this one"


def test_of_twenty_uses_of_one_answer_one_is_let_in(owner, enrolled, attacker, crowd):
    holder, browser = enrolled(owner, counts=False), attacker()
    asked = ask(owner, browser)
    shown = asked.fields(holder.sign(asked.options))
    for one in crowd:
        one.cookies = dict(browser.cookies)
    told = at_once(lambda number: crowd[number].send("POST", STEP, shown), len(crowd))
    assert [one.headers.get("location") for one in told].count(HOME) == 1
    assert sum(map(owner.is_seen, crowd)) == 1


def test_another_browser_s_question_is_not_answered_here(owner, enrolled, attacker):
    holder, browser, thief = enrolled(owner), attacker(), attacker()
    asked, other = ask(owner, browser), ask(owner, thief)
    signed = holder.sign(asked.options)
    assert other.answer(signed).status_code == 422
    assert asked.answer(signed).headers["location"] == HOME


def test_another_account_s_passkey_opens_nothing(owner, new_owner, enrolled, attacker):
    holder, other = enrolled(owner), new_owner()
    thief_holds, thief = enrolled(other), attacker()
    (foreign,), (own,) = thief_holds.keys, holder.keys
    asked = ask(owner, thief)
    assert asked.answer(thief_holds.sign(asked.options, credential=foreign)).status_code == 422
    asked = Question(thief)
    assert asked.answer(thief_holds.sign(asked.options, credential=foreign, claims=own)).status_code == 422
    assert not owner.is_seen(thief)


def test_a_copied_passkey_is_noticed_by_its_count(owner, enrolled, attacker):
    holder, thief = enrolled(owner), attacker()
    copy = Authenticator(origin=holder.origin, keys=dict(holder.keys))
    for _ in range(2):
        asked = ask(owner, attacker())
        assert asked.answer(holder.sign(asked.options)).headers["location"] == HOME
    asked = ask(owner, thief)
    told = asked.answer(copy.sign(asked.options, count=1))
    assert (told.status_code, owner.is_seen(thief)) == (422, False)


def test_who_was_not_there_does_not_count(owner, enrolled, attacker):
    holder, browser = enrolled(owner), attacker()
    holder.flags = 0
    asked = ask(owner, browser)
    assert asked.answer(holder.sign(asked.options)).status_code == 422
    holder.flags = PRESENT
    asked = Question(browser)
    told = asked.answer(holder.sign(asked.options))
    assert told.headers["location"] == HOME, "presence beside a password is enough"


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
