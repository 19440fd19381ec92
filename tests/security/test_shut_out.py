"""On the running system: nobody shuts a member out by failing in their name; another way in is always left."""

import httpx
from support.attacker import Attacker, statuses
from support.many_accounts import FOR_ONE_NUMBER, WRONG
from support.ways_in import (
    FORGOTTEN,
    IDENTIFIER,
    LETTER,
    OTHER_PASSWORD,
    QUESTION,
    RESET,
    Owner,
    at_once,
    choose,
    follow,
    identity,
    mail,
    reset,
)

from launcher.story import NEW_PASSWORD
from launcher.waiting import link_in, received_mail

ACTIVATE = "/compte/activer"
FALSE = "un mot de passe qui ne va pas"


def stopped_by_strangers(owner: Owner, stranger: Attacker) -> None:
    """A hundred wrong passwords in a row: the right one is not even looked at."""
    assert statuses(owner.sign_in(stranger, FALSE) for _ in range(5)) == [422] * 5
    assert owner.sign_in(stranger).status_code == 429
    owner.sql("update sign_in_attempts set in_a_row = 100")
    told = owner.sign_in(stranger)
    assert (told.status_code, "Mot de passe oublié" in told.text) == (429, True)


def test_a_browser_that_is_known_still_comes_in(owner, attacker):
    browser, stranger = attacker(), attacker()
    assert owner.enters(browser)
    browser.fill("/espace/", {}, action="/deconnexion")
    stopped_by_strangers(owner, stranger)
    assert owner.enters(browser)
    assert owner.sign_in(stranger).status_code == 429, "which frees nobody else"


def test_who_can_not_sign_in_any_more_chooses_a_password_by_the_mail(owner, attacker):
    """The real way: the link is read in the mailbox."""
    browser, stranger = attacker(), attacker()
    stopped_by_strangers(owner, stranger)
    assert browser.fill(FORGOTTEN, {"email": owner.email}).status_code == 303
    link = link_in(mail(owner, "Choisissez un nouveau mot de passe"), RESET)
    reset(browser, link.partition("jeton=")[2])
    assert owner.enters(browser, OTHER_PASSWORD)
    # and strangers who go on stop nobody there
    for _ in range(6):
        owner.sign_in(stranger, FALSE)
    browser.fill("/espace/", {}, action="/deconnexion")
    assert owner.enters(browser, OTHER_PASSWORD)


def test_strangers_who_ask_for_links_end_none_and_fill_no_mailbox(owner, attacker):
    browser = attacker()
    browser.fill(FORGOTTEN, {"email": owner.email})
    link = link_in(mail(owner, "Choisissez un nouveau mot de passe"), RESET)
    strangers = [attacker() for _ in range(10)]

    def ask(number: int) -> set[int]:
        return {strangers[number].fill(FORGOTTEN, {"email": owner.email}).status_code for _ in range(3)}

    assert at_once(ask, len(strangers)) == [{303}] * len(strangers)
    assert owner.sql("select count(*) from reset_token where account_id = {account}") == "1"
    reset(browser, link.partition("jeton=")[2])
    assert owner.enters(browser, OTHER_PASSWORD)


def test_wrong_passwords_leave_the_secret_question_its_own_tries(owner, attacker):
    browser = attacker()
    stopped_by_strangers(owner, attacker())
    follow(browser, RESET, owner.link_to_choose_a_password())
    for _ in range(2):
        assert browser.fill(QUESTION, {"secret_answer": "les trois mousquetaires"}).status_code == 422
    assert browser.fill(QUESTION, {"secret_answer": "Les Malheurs de Sophie !"}).headers["location"] == RESET
    assert choose(browser).status_code == 303


def test_a_number_that_was_tried_too_often_still_tells_its_owner_the_identifier(owner, attacker):
    strangers = [attacker() for _ in range(5)]

    def guess(number: int) -> list[httpx.Response]:
        wrong = [identity(owner, birth_year=str(1930 + number * 5 + place)) for place in range(FOR_ONE_NUMBER // 5)]
        return [strangers[number].fill(IDENTIFIER, typed) for typed in wrong]

    told = [answer for answers in at_once(guess, len(strangers)) for answer in answers]
    assert {(one.status_code, one.headers["location"]) for one in told} == {(303, f"{IDENTIFIER}/envoye")}
    again = attacker().fill(IDENTIFIER, identity(owner))
    assert (again.status_code, again.headers["location"]) == (303, f"{IDENTIFIER}/envoye")
    mail(owner, "Votre identifiant")


def test_and_a_letter_for_recovery_is_still_sent(owner, attacker):
    """Whoever asks is told nothing at the address that they typed; the owner is, where the account is."""
    stopped_by_strangers(owner, attacker())
    spared = attacker()
    for place in range(FOR_ONE_NUMBER):
        wrong = identity(owner, birth_year=str(1930 + place % 40))
        assert spared.fill(IDENTIFIER, wrong).status_code == 303
    elsewhere = f"ailleurs{owner.index}@exemple.fr"
    typed = identity(owner, email=elsewhere, email_confirmation=elsewhere)
    assert attacker().fill(LETTER, typed).headers["location"] == "/compte/demande"
    mail(owner, "Un courrier de secours a été demandé")
    mail(owner, "provisoire")
    inbox = owner.running.places.inbox
    assert received_mail(inbox, elsewhere, "") is None
    assert owner.sign_in(attacker(), NEW_PASSWORD).status_code == 429, "until the letter has come"


def test_who_guesses_at_a_letter_stops_only_themselves(owner, attacker):
    """Of the account that only the letter opens; the stranger knows the number and goes on for as long as they like."""
    owner.letter_for_recovery()
    stranger, browser = attacker("127.0.0.2"), attacker()
    guess = owner.activation(owner.email) | {"provisional_password": WRONG}
    pass_ten_minutes = (
        "update number_attempts set wrong_at = array(select at - interval '601 seconds' from unnest(wrong_at) at)"
    )
    for _ in range(3):
        assert statuses(stranger.fill(ACTIVATE, guess) for _ in range(6)) == [422] * 5 + [429]
        owner.sql(pass_ten_minutes)
    assert statuses(stranger.fill(ACTIVATE, guess) for _ in range(6)) == [422] * 5 + [429]
    typed = owner.activation(owner.email)
    assert stranger.fill(ACTIVATE, typed).status_code == 429, "the right one waits too, from there"
    assert browser.fill(ACTIVATE, typed).headers["location"] == "/compte/cree"
    assert owner.sql("select state from provisional_letter where person_id = {person}") == "used"
