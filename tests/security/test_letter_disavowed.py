"""On the running system: whoever asks for a letter in a member's name keeps that member from no letter of their own."""

from support.ways_in import LETTER, REPORT, Owner, follow, identity, mail

from launcher.waiting import link_in, wait_for

SECONDS = 90.0


def ask(browser, owner: Owner, email: str) -> None:
    """On the page, as anybody may who knows who the member is."""
    typed = identity(owner, email=email, email_confirmation=email)
    assert browser.fill(LETTER, typed).headers["location"] == "/compte/demande"


def at(owner: Owner, database: str, query: str) -> str:
    """Of one service's database; ``{person}`` stands for the member's id."""
    person = owner.sql("select {person}")
    return owner.running.system.postgres.sql(query.format(person=f"'{person}'"), database=database)


def outcomes(owner: Owner) -> list[str]:
    """What became of each request for a letter, the oldest first."""
    query = "select outcome from account_request where person_id = {person} order by requested_at"
    return at(owner, "registration", query).split()


def until(owner: Owner, database: str, query: str, expected: str) -> None:
    wait_for(lambda: at(owner, database, query) == expected or None, SECONDS, f"{expected} of {query}")


def test_who_disavows_a_stranger_s_letter_gets_one_at_once(owner, attacker):
    """The whole way through pages and mails: nothing is laid into a table."""
    stranger, browser = attacker(), attacker()
    ask(stranger, owner, f"ailleurs{owner.index}@exemple.fr")
    link = link_in(mail(owner, "Un courrier de secours a été demandé"), REPORT)
    until(owner, "activation", "select state from provisional_letter where person_id = {person}", "valid")
    ask(browser, owner, owner.email)
    assert outcomes(owner) == ["letter", "too-soon"], "the figures hold until the stranger's letter is disavowed"

    assert follow(browser, REPORT, link.partition("jeton=")[2]) == "Ce n’était pas vous ?"
    assert browser.fill(REPORT, {}).headers["location"] == REPORT
    assert f'href="{LETTER}"' in browser.open(REPORT).text
    assert link_in(mail(owner, "Votre compte est bloqué"), LETTER)
    until(owner, "registration", "select frozen_at is not null from account_state where person_id = {person}", "t")
    ask(browser, owner, owner.email)

    assert outcomes(owner) == ["letter", "too-soon", "letter"]
    until(owner, "letters", "select count(*) from letter where person_id = {person} and purpose = 'recovery'", "2")
    states = "select string_agg(state, ' ' order by posted_at) from provisional_letter where person_id = {person}"
    until(owner, "activation", states, "void valid")
    ask(stranger, owner, f"ailleurs{owner.index}@exemple.fr")
    assert outcomes(owner)[3:] == ["too-soon"], "they count again"
