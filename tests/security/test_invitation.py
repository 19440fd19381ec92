"""On the running system: the link of an invitation gives access once, however often it is pressed."""

from uuid import uuid4

from support.many_accounts import owner as person_of
from support.ways_in import at_once, follow

from activation.session_rules import MOST
from shared.security.tokens import new_token, token_digest

LIST = "/espace/delegations"
INVITATION = f"{LIST}/invitation"
ACCEPT = f"{INVITATION}/accepter"


def test_of_twenty_acceptances_at_once_one_counts(running, new_owner, crowd):
    grantor, delegate, token, mandate = new_owner(), new_owner(), new_token(), uuid4()

    def of_space(query: str) -> str:
        return running.system.postgres.sql(query, database="member_space")

    of_space(
        "insert into mandate (id, grantor_id, given_name, family_name, email, scopes, ends_on, created_at, token_hash, "
        f"invitation_ends_at) values ('{mandate}', '{person_of(grantor.index)}', 'Claude', '{delegate.name}', "
        f"'{delegate.email}', '[\"remboursements\"]', now() + interval '1 year', now(), "
        f"'{token_digest(token).hex()}', now() + interval '7 days')"
    )
    browsers = crowd[:MOST]  # no account has more sessions at a time: each presses twice
    for browser in browsers:
        assert delegate.enters(browser)
        assert follow(browser, INVITATION, token) == "Une invitation pour vous"
    shown = [browser.form(INVITATION, ACCEPT).hidden for browser in browsers]

    def press(number: int) -> str:
        return browsers[number % MOST].send("POST", ACCEPT, shown[number % MOST]).headers["location"]

    assert sorted(at_once(press, len(crowd))) == [INVITATION] * (len(crowd) - 1) + [f"{LIST}?fait=accepte"]
    accepted = of_space(
        "select string_agg(type, ' ') from outbox where convert_from(body, 'utf8') like '%" + str(mandate) + "%'"
    )
    assert accepted == "fr.espace.access-accepted.v1", "and the grantor is told once"
    assert {browser.open(f"/espace/pour/{mandate}/remboursements").status_code for browser in browsers} == {200}
