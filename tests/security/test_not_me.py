"""On the running system: « ce n’était pas moi » freezes an account by its button alone; then only a letter opens it."""

from functools import partial
from uuid import uuid4

import pytest
from support.many_accounts import PRINTED
from support.many_accounts import owner as person_of
from support.messaging import until
from support.ways_in import ADDRESS, OTHER_PASSWORD, REPORT, RESET, STEP, answer, at_once, follow, heading

from launcher.story import NEW_PASSWORD

ASK, DONE, FROZEN = (
    "Ce n’était pas vous ?",
    "Votre compte est bloqué",
    "Ce compte est bloqué à la demande de son titulaire",
)
COOKIES = {REPORT: "__Host-signalement", RESET: "__Host-mot-de-passe", ADDRESS: "__Host-adresse"}


def report(browser, token: str) -> None:
    follow(browser, REPORT, token)
    assert browser.fill(REPORT, {}).headers["location"] == REPORT
    assert heading(browser, REPORT) == DONE


@pytest.mark.parametrize("page", COOKIES)
def test_a_mail_scanner_that_opens_the_link_changes_nothing(owner, attacker, page):
    makes = {
        REPORT: owner.link_to_report,
        RESET: owner.link_to_choose_a_password,
        ADDRESS: lambda: owner.link_to_another_address(f"scanner{owner.index}@exemple.fr"),
    }
    table = {REPORT: "disavowal_token", RESET: "reset_token", ADDRESS: "email_change"}[page]
    rows = (
        f"select to_jsonb(a), to_jsonb(t) from account a join {table} t on t.account_id = a.id where a.id = {{account}}"
    )
    signed_in, token = attacker(), makes[page]()
    assert owner.enters(signed_in)
    before = owner.sql(rows)
    for method in ("GET", "HEAD", "OPTIONS", "PUT", "DELETE"):
        scanner = attacker()
        for _ in range(3):
            scanner.send(method, f"{page}?jeton={token}")
            scanner.send(method, page)
        # one that sends the form without having read it
        assert scanner.send("POST", f"{page}?jeton={token}", {}).headers["location"] == page
        assert scanner.send("POST", f"{page}?jeton={token}", {"jeton": token}).headers["location"] == page
    assert owner.sql(rows) == before
    assert owner.is_seen(signed_in)


@pytest.mark.parametrize("page", COOKIES)
def test_the_token_does_not_stay_in_the_address(owner, attacker, page):
    browser = attacker()
    told = browser.open(f"{page}?jeton={'A' * 43}")
    assert (told.status_code, told.headers["location"]) == (303, page)
    assert told.headers["referrer-policy"] == "no-referrer"
    assert browser.cookies[COOKIES[page]] == "A" * 43
    assert "A" * 43 not in browser.open(page).text


def test_of_twenty_presses_at_once_one_freezes(owner, crowd):
    token = owner.link_to_report()
    assert {follow(browser, REPORT, token) for browser in crowd} == {ASK}
    shown = [browser.form(REPORT).hidden for browser in crowd]
    at_once(lambda number: crowd[number].send("POST", REPORT, shown[number]), len(crowd))
    assert (owner.lines("disavowed"), owner.lines("frozen")) == (1, 1)
    assert {heading(browser, REPORT) for browser in crowd} == {DONE}


def test_a_frozen_account_opens_nothing(owner, attacker):
    signed_in, waiting, stranger = attacker(), attacker(), attacker()
    owner.letter_for_recovery()
    links = {
        RESET: owner.link_to_choose_a_password(),
        ADDRESS: owner.link_to_another_address(f"gel{owner.index}@exemple.fr"),
    }
    answered = attacker()
    follow(answered, RESET, links[RESET])
    answer(answered)
    chosen = answered.form(RESET).hidden | dict.fromkeys(("password", "password_confirmation"), OTHER_PASSWORD)
    assert owner.enters(signed_in)
    code = owner.application().now()
    assert owner.sign_in(waiting).headers["location"].startswith(STEP)
    step = waiting.form(STEP).hidden

    report(attacker(), owner.link_to_report())

    assert not owner.is_seen(signed_in), "at once"
    assert signed_in.open("/espace/api/v1/profil", Accept="application/json").status_code == 401
    told = owner.sign_in(stranger)
    assert (told.status_code, FROZEN in told.text, "__Host-session" in stranger.cookies) == (403, True, False)
    assert owner.sign_in(stranger, "un mot de passe qui ne va pas").status_code == 422, "told to who knows it alone"
    assert waiting.send("POST", STEP, step | {"code": code}).headers["location"].startswith("/connexion?")
    assert "__Host-session" not in waiting.cookies
    assert answered.send("POST", RESET, chosen).headers["location"] == RESET
    assert follow(attacker(), RESET, links[RESET]) == "Ce lien ne fonctionne plus"
    assert follow(attacker(), ADDRESS, links[ADDRESS]) == "Ce lien n’est pas reconnu"
    told = attacker().fill("/compte/activer", owner.activation(f"gel{owner.index}@exemple.fr"))
    assert (told.status_code, "ne correspond pas à notre courrier" in told.text) == (422, True)
    # asked for now, no link leaves
    assert stranger.fill("/compte/mot-de-passe-oublie", {"email": owner.email}).status_code == 303
    assert owner.sql("select count(*) from reset_token where account_id = {account} and ended_at is null") == "0"
    assert owner.lines("reset-refused") == 1


def test_a_letter_that_was_asked_for_afterwards_opens_it_anew(owner, attacker):
    thief, browser, again = attacker(), attacker(), owner.link_to_report()
    codes = owner.application()
    report(attacker(), owner.link_to_report())
    owner.letter_for_recovery()
    email = f"rouvert{owner.index}@exemple.fr"
    assert browser.fill("/compte/activer", owner.activation(email)).headers["location"] == "/compte/cree"
    assert owner.sql("select frozen_at is null and confirmed_at is null from account where id = {account}") == "t"
    # whoever was in has nothing left: neither password nor address, nor the telephone that they added
    assert thief.sign_in(email, NEW_PASSWORD).status_code == 422
    assert owner.sign_in(thief, OTHER_PASSWORD).status_code == 422
    assert follow(thief, REPORT, again) == "Ce lien n’est pas reconnu"
    owner.sql("update account set confirmed_at = now() where id = {account}")
    told = browser.sign_in(email, OTHER_PASSWORD)
    assert (told.status_code, told.headers["location"]) == (303, "/espace/"), codes
    told = attacker().fill("/compte/activer", owner.activation(email) | {"provisional_password": PRINTED})
    assert told.status_code == 422, "once"


def test_an_expired_link_freezes_nothing(owner, attacker):
    browser, thief, token = attacker(), attacker(), owner.link_to_report()
    assert owner.enters(browser)
    assert follow(thief, REPORT, token) == ASK
    hidden = thief.form(REPORT).hidden
    owner.sql("update disavowal_token set expires_at = now() where account_id = {account}")
    assert thief.send("POST", REPORT, hidden).headers["location"] == REPORT
    assert heading(thief, REPORT) == "Ce lien a expiré"
    assert owner.is_seen(browser)
    assert owner.lines("frozen") == 0


def test_what_was_given_and_asked_for_in_the_account_ends_with_it(running, owner, new_owner, attacker):
    thief, delegate, mandate = new_owner(), attacker(), uuid4()
    of_space = partial(running.system.postgres.sql, database="member_space")
    of_space(
        "insert into mandate (id, grantor_id, delegate_id, given_name, family_name, email, scopes, ends_on, created_at, "
        f"invitation_ends_at, accepted_at) values ('{mandate}', '{person_of(owner.index)}', '{person_of(thief.index)}', "
        f"'Claude', '{thief.name}', '{thief.email}', '[\"remboursements\"]', now() + interval '1 year', now(), now(), now());"
        "insert into account_closure (id, person_id, account_id, submission_id, reference, requested_at, due_at) select "
        f"'{uuid4()}', person_id, account_id, '{uuid4()}', 'C-{owner.index:04}-PQRS', now(), now() + interval '7 days' "
        f"from space where person_id = '{person_of(owner.index)}'"
    )
    granted = f"/espace/pour/{mandate}/remboursements"
    assert thief.enters(delegate)
    assert delegate.open(granted).status_code == 200

    report(attacker(), owner.link_to_report())

    async def is_over() -> bool:
        open_still = (
            "select (select count(*) from mandate where ended_at is null and id = '{}') + (select count(*) from "
        )
        open_still += "account_closure where withdrawn_at is null and person_id = '{}')"
        return of_space(open_still.format(mandate, person_of(owner.index))) == "0"

    running.do(until(is_over))
    assert delegate.open(granted).status_code == 404
    assert delegate.open("/espace/").status_code == 200, "their own account is another's affair"
