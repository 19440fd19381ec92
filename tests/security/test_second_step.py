"""On the running system: who knows the password alone gets no session, and codes are guessed no oftener than design §5 lets."""

import pytest
from support.attacker import statuses
from support.ways_in import DEVICE, SECOND_STEP, SESSION, STEP, Telephone, at_once, reset, verify

PLANTED = "A" * 43
OVER = "/connexion?suite=/espace/&reprise=1"
HOME = "/espace/"


@pytest.fixture
def telephone(owner):
    """The owner has added an application."""
    return Telephone(owner.application())


def waits(owner, browser):
    """The password is right, and the code is asked for."""
    told = owner.sign_in(browser)
    assert (told.status_code, told.headers["location"].partition("?")[0]) == (303, STEP)
    return browser


def test_before_the_second_step_there_is_no_session(owner, telephone, attacker):
    browser = waits(owner, attacker())
    assert {SESSION, DEVICE}.isdisjoint(browser.cookies)
    step = browser.cookies[SECOND_STEP]
    assert not owner.is_seen(browser)
    assert owner.lines("signed-in") == 0
    thief = attacker()
    thief.cookies |= {SESSION: step, "__Host-gestion": step}
    assert not owner.is_seen(thief)
    assert thief.open("/espace/api/v1/profil", Accept="application/json").status_code == 401
    assert thief.open("/compte/securite").status_code == 303
    assert thief.open("/gestion/").status_code == 303
    assert verify(browser, telephone.code()).headers["location"] == HOME
    assert owner.is_seen(browser)
    assert browser.cookies[SESSION] != step
    assert SECOND_STEP not in browser.cookies
    # what waited has become the session, and nothing else
    thief.cookies = {SECOND_STEP: step}
    assert thief.open(STEP).headers["location"] == OVER


def test_a_session_is_no_second_step(owner, telephone, attacker):
    browser, thief = waits(owner, attacker()), attacker()
    verify(browser, telephone.code())
    for token in (browser.cookies[SESSION], browser.cookies[DEVICE], PLANTED):
        thief.cookies[SECOND_STEP] = token
        assert thief.open(STEP).headers["location"] == OVER


def test_nothing_tells_of_a_second_factor_before_the_password_is_right(owner, telephone, attacker):
    browser = attacker()
    told = owner.sign_in(browser, "un mot de passe qui ne va pas")
    assert (told.status_code, SECOND_STEP in browser.cookies) == (422, False)
    assert "vérification" not in told.text


def test_a_code_that_was_seen_is_good_no_more(owner, telephone, attacker):
    code = telephone.code()
    assert verify(waits(owner, attacker()), code).headers["location"] == HOME
    for _ in range(2):
        assert verify(waits(owner, attacker()), code).status_code == 422
    assert owner.lines("signed-in") == 1


def test_of_twenty_who_type_one_code_at_once_one_is_let_in(owner, telephone, crowd):
    code = telephone.code()
    shown = [waits(owner, browser).form(STEP).hidden | {"code": code} for browser in crowd]
    told = at_once(lambda number: crowd[number].send("POST", STEP, shown[number]), len(crowd))
    assert [one.headers.get("location") for one in told].count(HOME) == 1
    assert owner.lines("signed-in") == 1
    assert sum(map(owner.is_seen, crowd)) == 1


def test_five_wrong_codes_end_the_sign_in(owner, telephone, attacker):
    browser = waits(owner, attacker())
    step = browser.cookies[SECOND_STEP]
    told = [verify(browser, telephone.wrong()) for _ in range(4)]
    hidden = browser.form(STEP).hidden
    told.append(browser.send("POST", STEP, hidden | {"code": telephone.wrong()}))
    assert statuses(told) == [422] * 4 + [303]
    assert told[-1].headers["location"] == OVER
    owner.sql("truncate sign_in_attempts")
    browser.cookies[SECOND_STEP] = step
    assert browser.send("POST", STEP, hidden | {"code": telephone.code()}).headers["location"] == OVER
    assert SESSION not in browser.cookies


def test_twenty_wrong_codes_at_once_are_five(owner, telephone, attacker):
    browser = waits(owner, attacker())
    shown = browser.form(STEP).hidden | {"code": telephone.wrong()}
    cookies = dict(browser.cookies)
    crowd = [attacker() for _ in range(20)]
    for one in crowd:
        one.cookies = dict(cookies)
    at_once(lambda number: crowd[number].send("POST", STEP, shown), len(crowd))
    assert owner.lines("second-factor-failed") == 5


def test_sign_in_after_sign_in_gives_no_more_guesses_than_the_figures(owner, telephone, attacker):
    """Who knows the password begins as often as they like: it is the account that is counted."""
    browser = waits(owner, attacker())
    for _ in range(5):
        verify(browser, telephone.wrong())
    for _ in range(2):
        browser = waits(owner, attacker())
        told = verify(browser, telephone.code())
        assert (told.status_code, 50 <= int(told.headers["retry-after"]) <= 60) == (429, True), (
            "the right one waits too"
        )
    owner.sql(
        "update sign_in_attempts set failed_at = array(select at - interval '61 seconds' from unnest(failed_at) at)"
    )
    assert verify(browser, telephone.wrong()).status_code == 422
    told = verify(waits(owner, attacker()), telephone.wrong())
    assert (told.status_code, 110 <= int(told.headers["retry-after"]) <= 120) == (429, True)
    day = "failed_at = array(select now() - interval '2 hours' from generate_series(1, 25))"
    owner.sql(f"update sign_in_attempts set {day}, in_a_row = 25 where address_fingerprint like 'second-factor:%'")
    told = verify(waits(owner, attacker()), telephone.wrong())
    assert (told.status_code, int(told.headers["retry-after"]) > 20 * 3600) == (429, True), "25 a day"
    owner.sql(
        "update sign_in_attempts set failed_at = '{{}}', in_a_row = 100 where address_fingerprint like 'second-factor:%'"
    )
    told = verify(waits(owner, attacker()), telephone.code())
    assert (told.status_code, "courrier de secours" in told.text) == (429, True)


def test_recovery_codes_are_counted_with_the_others(owner, telephone, attacker):
    right = owner.recovery_code()
    browser = waits(owner, attacker())
    for _ in range(5):
        verify(browser, telephone.wrong())
    assert verify(waits(owner, attacker()), right).status_code == 429
    owner.sql("truncate sign_in_attempts")
    assert verify(waits(owner, attacker()), right).headers["location"] == HOME


def test_a_recovery_code_serves_once(owner, telephone, attacker):
    code = owner.recovery_code()
    assert verify(waits(owner, attacker()), code.lower()).headers["location"] == HOME
    assert verify(waits(owner, attacker()), code).status_code == 422
    assert owner.lines("recovery-code-used") == 1


def test_of_twenty_uses_of_a_recovery_code_one_is_let_in(owner, telephone, crowd):
    code = owner.recovery_code()
    shown = [waits(owner, browser).form(STEP).hidden | {"code": code} for browser in crowd]
    told = at_once(lambda number: crowd[number].send("POST", STEP, shown[number]), len(crowd))
    assert [one.headers.get("location") for one in told].count(HOME) == 1
    assert (owner.lines("recovery-code-used"), owner.lines("signed-in")) == (1, 1)


def test_a_second_step_that_somebody_planted_is_not_taken_up(owner, telephone, new_owner, attacker):
    """Neither an invented one nor the attacker's own: the victim's password begins another, and the code is spent there."""
    thief_account = new_owner()
    codes, thief = Telephone(thief_account.application()), waits(thief_account, attacker())
    own = thief.cookies[SECOND_STEP]
    for planted in (PLANTED, own):
        browser = attacker()
        browser.cookies[SECOND_STEP] = planted
        waits(owner, browser)
        assert browser.cookies[SECOND_STEP] != planted
        assert verify(browser, telephone.code()).headers["location"] == HOME
        assert owner.is_seen(browser)
    assert not owner.is_seen(thief)
    assert verify(thief, codes.code()).headers["location"] == HOME
    assert not owner.is_seen(thief)
    assert thief_account.is_seen(thief)


def test_a_known_browser_is_asked_too_and_a_planted_one_is_not_adopted(owner, telephone, attacker):
    browser, thief = attacker(), attacker()
    browser.cookies[DEVICE] = PLANTED
    verify(waits(owner, browser), telephone.code())
    known = browser.cookies[DEVICE]
    assert known != PLANTED
    thief.cookies[DEVICE] = known
    assert not owner.is_seen(thief), "it opens nothing"
    waits(owner, thief)
    assert SESSION not in thief.cookies
    thief.cookies[SESSION] = known
    assert not owner.is_seen(thief)


def test_a_sign_in_that_waits_ends_with_the_password(owner, telephone, attacker):
    thief = waits(owner, attacker())
    shown = thief.form(STEP).hidden
    reset(attacker(), owner.link_to_choose_a_password())
    told = thief.send("POST", STEP, shown | {"code": telephone.code()})
    assert told.headers["location"] == OVER
    assert SESSION not in thief.cookies


def test_the_answer_of_one_account_is_no_other_ones(owner, telephone, new_owner, attacker):
    other = new_owner()
    theirs, code = Telephone(other.application()), other.recovery_code()
    browser = waits(owner, attacker())
    for foreign in (theirs.code(), code):
        assert verify(browser, foreign).status_code == 422
    assert verify(browser, telephone.code()).headers["location"] == HOME
