"""On the running system: the link to choose a password is its owner's alone, once, and never without the secret answer."""

import pytest
from support.many_accounts import SECRET_ANSWER
from support.ways_in import (
    OTHER_PASSWORD,
    QUESTION,
    RESET,
    SESSION,
    TOLD,
    answer,
    at_once,
    choose,
    follow,
    heading,
    reset,
)

from shared.security.tokens import new_token

ASKED, CHOOSE = "Votre question secrète", "Choisissez un nouveau mot de passe"
OVER, UNKNOWN, USED = "Ce lien ne fonctionne plus", "Ce lien n’est pas reconnu", "Ce lien a déjà servi"
IN_WORDS = "livre pour enfants"
FALSE = "les trois mousquetaires"


def passwords(number: int) -> dict[str, str]:
    typed = f"la loutre {number} brode un drapeau"
    return {"password": typed, "password_confirmation": typed}


def test_of_twenty_right_answers_at_once_one_browser_may_choose(owner, crowd):
    token = owner.link_to_choose_a_password()
    assert {follow(browser, RESET, token) for browser in crowd} == {ASKED}
    shown = [browser.form(QUESTION).hidden | {"secret_answer": SECRET_ANSWER} for browser in crowd]
    told = at_once(lambda number: crowd[number].send("POST", QUESTION, shown[number]), len(crowd))
    assert {one.status_code for one in told} == {303}
    assert sorted(heading(browser, RESET) for browser in crowd) == [CHOOSE] + [ASKED] * (len(crowd) - 1)


def test_of_twenty_passwords_at_once_one_is_taken(owner, attacker):
    browser = attacker()
    assert follow(browser, RESET, owner.link_to_choose_a_password()) == ASKED
    answer(browser)
    shown = [browser.form(RESET).hidden | passwords(number) for number in range(20)]
    told = at_once(lambda number: browser.send("POST", RESET, shown[number]), 20)
    assert {one.status_code for one in told} == {303}
    (taken,) = [number for number, one in enumerate(told) if one.headers["location"] == TOLD]
    assert owner.lines("password-reset") == 1
    assert not owner.enters(attacker(), passwords((taken + 1) % 20)["password"])
    assert owner.enters(attacker(), passwords(taken)["password"])
    assert heading(browser, RESET) == USED


def test_three_wrong_answers_end_it(owner, attacker):
    browser, token = attacker(), owner.link_to_choose_a_password()
    follow(browser, RESET, token)
    shown = browser.form(QUESTION).hidden
    assert [answer(browser, FALSE).status_code for _ in range(3)] == [422, 422, 303]
    assert heading(browser, RESET) == OVER
    assert browser.send("POST", QUESTION, shown | {"secret_answer": SECRET_ANSWER}).headers["location"] == RESET
    assert heading(browser, RESET) == OVER
    assert follow(attacker(), RESET, token) == OVER
    assert owner.enters(attacker()), "and nothing else ended"


def test_twenty_guesses_at_once_are_three(owner, crowd):
    token = owner.link_to_choose_a_password()
    for browser in crowd:
        follow(browser, RESET, token)
    shown = [browser.form(QUESTION).hidden | {"secret_answer": f"{FALSE} {n}"} for n, browser in enumerate(crowd)]
    at_once(lambda number: crowd[number].send("POST", QUESTION, shown[number]), len(crowd))
    assert owner.lines("secret-answer-wrong") == 3
    assert {heading(browser, RESET) for browser in crowd} == {OVER}


def test_link_after_link_gives_no_more_guesses_than_the_figures(owner, attacker):
    """Who opens the mailbox and doesn't know the answer: five wrong ones, then a minute, and so on."""
    for tries in ([422, 422, 303], [422, 422]):
        browser = attacker()
        follow(browser, RESET, owner.link_to_choose_a_password())
        assert [answer(browser, FALSE).status_code for _ in tries] == tries
    told = answer(browser)
    assert (told.status_code, 50 <= int(told.headers["retry-after"]) <= 60) == (429, True), "the right one waits too"
    owner.sql(
        "update sign_in_attempts set failed_at = '{{}}', in_a_row = 100 where address_fingerprint like 'secret-answer:%'"
    )
    told = answer(browser)
    assert (told.status_code, "Demandez un courrier de secours" in told.text) == (429, True)


@pytest.mark.parametrize("cookie", ["", "A" * 43, "x"])
def test_the_question_is_shown_to_nobody_without_the_link(owner, attacker, cookie):
    browser = attacker()
    if cookie:
        browser.cookies["__Host-mot-de-passe"] = cookie
    hidden = browser.form("/compte/mot-de-passe-oublie").hidden
    asked = browser.send("POST", "/compte/mot-de-passe-oublie", hidden | {"email": owner.email})
    pages = [browser.open(asked.headers["location"])]
    pages += [browser.open(path) for path in (QUESTION, RESET, f"{RESET}?jeton={new_token()}", "/connexion")]
    pages += [
        browser.send("POST", QUESTION, hidden | {"secret_answer": SECRET_ANSWER}),
        browser.send("POST", RESET, hidden | passwords(0)),
        browser.sign_in(owner.email, "un mot de passe qui ne va pas"),
    ]
    for page in pages:
        assert IN_WORDS not in page.text
        assert page.headers.get("location", RESET) == RESET
    assert heading(browser, RESET) == UNKNOWN


def test_after_the_answer_the_link_is_nothing_in_another_browser(owner, attacker):
    browser, thief, token = attacker(), attacker(), owner.link_to_choose_a_password()
    follow(browser, RESET, token)
    answer(browser)
    assert follow(thief, RESET, token) == ASKED
    hidden = thief.form(QUESTION).hidden
    assert thief.send("POST", RESET, hidden | passwords(0)).headers["location"] == RESET
    assert owner.lines("password-reset") == 0
    # the thief's wrong answers take nothing from who has answered, but for the link itself
    assert answer(thief, FALSE).status_code == 422
    assert choose(browser).headers["location"] == TOLD
    assert heading(thief, RESET) == USED


def test_a_new_password_ends_what_was_open_before(owner, attacker):
    signed_in, browser, late = attacker(), attacker(), attacker()
    assert owner.enters(signed_in)
    first, second = owner.link_to_choose_a_password(), owner.link_to_choose_a_password()
    follow(late, RESET, first)
    answer(late)
    hidden = late.form(RESET).hidden
    change = owner.link_to_another_address("prise@exemple.fr")
    reset(browser, second)
    assert SESSION not in browser.cookies, "nobody is signed in by it"
    assert not owner.is_seen(signed_in)
    assert late.send("POST", RESET, hidden | passwords(1)).headers["location"] == RESET
    assert heading(late, RESET) == OVER
    assert heading(browser, RESET) == USED
    assert follow(attacker(), "/compte/adresse/confirmer", change) == "Ce lien ne sert plus"
    assert not owner.enters(attacker())
    assert not owner.enters(attacker(), passwords(1)["password"])
    assert owner.enters(attacker(), OTHER_PASSWORD)


def test_the_second_factor_is_asked_for_afterwards(owner, attacker):
    owner.application()
    browser = attacker()
    reset(browser, owner.link_to_choose_a_password())
    assert owner.sign_in(browser, OTHER_PASSWORD).headers["location"].startswith("/connexion/verification")
    assert SESSION not in browser.cookies
    assert not owner.is_seen(browser)
