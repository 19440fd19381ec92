"""The print room on the running system: where a letter is, a letter that comes back, and the page of who waits for it."""

import re

import pytest
from support.colleagues import colleague_of, means
from support.system import Running

from launcher.member import Member
from launcher.story import Journey
from launcher.waiting import link_in, opens_activation, received_mail, wait_for

PATIENCE = 60


@pytest.fixture
def at_desk(running: Running):
    """``at_desk(role)``: that one of the demonstration's, signed in."""
    opened: list[Member] = []

    def of(role: str) -> Member:
        opened.append(Member(running.places.site))
        opened[-1].open("/gestion/")
        opened[-1].send("/gestion/connexion", **means(colleague_of(running, role)))
        return opened[-1]

    yield of
    for one in opened:
        one.close()


@pytest.fixture
def waiting_member(running, someone):
    """Somebody whose letter has left."""
    journey = Journey(running.places, someone())
    journey.ask()
    journey.receive_letter()
    journey.receive_notice()
    yield journey
    journey.member.close()


def letter_of(running, journey):
    """Mark, reference and batch of the person's newest letter."""
    row = running.system.postgres.sql(
        "select l.mark || ' ' || b.serial || '/' || l.place || ' ' || b.id from letter l join print_batch b "
        "on b.id = l.batch_id where l.email = :'email' order by l.requested_at desc limit 1",
        database="letters", email=journey.email,
    )  # fmt: skip
    return row.split()


def plain(page):
    return page.replace("\u00a0", " ")


def test_where_a_letter_is_and_what_becomes_of_one_that_comes_back(running, waiting_member, at_desk):
    mark, reference, batch = letter_of(running, waiting_member)
    desk = at_desk("responsable")
    room = plain(desk.open("/gestion/courriers"))
    assert reference.partition("/")[0] in room
    page = plain(desk.open(f"/gestion/courriers/lots/{batch}"))
    for step in ("Lot proposé à l’imprimerie", "confié à un poste", "Imprimé", "Remis à La Poste"):
        assert step in page
    assert mark in page
    assert waiting_member.person.family_name.casefold() not in page.casefold()
    desk.open("/gestion/courriers/recherche")
    assert f"/gestion/courriers/lots/{batch}" in desk.send("/gestion/courriers/recherche", named=reference)

    desk.open("/gestion/courriers/retours")
    told = plain(
        desk.send("/gestion/courriers/retours", reason="unknown-at-address", marks=f"{mark.lower()}\nNIMPORTE")
    )
    assert mark in told.upper()
    mail = wait_for(
        lambda: received_mail(running.places.inbox, waiting_member.email, "revenu"), PATIENCE, "the mail of the return"
    )
    void = "select state from provisional_letter where email = :'email'"
    wait_for(
        lambda: running.system.postgres.sql(void, database="activation", email=waiting_member.email) == "void" or None,
        PATIENCE, "the password is void",
    )  # fmt: skip
    page = plain(waiting_member.member.open(link_in(mail, "/compte/suivi-du-courrier")))
    assert "revenu" in page
    for personal in (waiting_member.person.family_name, waiting_member.person.number, "rue"):
        assert personal.casefold() not in re.sub(r"<[^>]+>", " ", page).casefold()
    assert opens_activation(running.places, waiting_member.email) is True, "one letter was made, and one only"
