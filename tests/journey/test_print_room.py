"""The print room on the running system: where a letter is, a letter that comes back, and the page of who waits for it."""

import re

from launcher.waiting import link_in, opens_activation, received_mail, wait_for

PATIENCE = 60


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


def test_where_a_letter_is_and_what_becomes_of_one_that_comes_back(running, journey, at_desk):
    mark, reference, batch = letter_of(running, journey)
    desk = at_desk("responsable")
    room = plain(desk.open("/gestion/courriers"))
    assert reference.partition("/")[0] in room
    page = plain(desk.open(f"/gestion/courriers/lots/{batch}"))
    for step in ("Lot proposé à l’imprimerie", "confié à un poste", "Imprimé", "Remis à La Poste"):
        assert step in page
    assert mark in page
    assert journey.person.family_name.casefold() not in page.casefold()
    desk.open("/gestion/courriers/recherche")
    assert f"/gestion/courriers/lots/{batch}" in desk.send("/gestion/courriers/recherche", named=reference)

    desk.open("/gestion/courriers/retours")
    told = plain(
        desk.send("/gestion/courriers/retours", reason="unknown-at-address", marks=f"{mark.lower()}\nNIMPORTE")
    )
    assert mark in told.upper()
    mail = wait_for(
        lambda: received_mail(running.places.inbox, journey.email, "revenu"), PATIENCE, "the mail of the return"
    )
    void = "select state from provisional_letter where email = :'email'"
    wait_for(
        lambda: running.system.postgres.sql(void, database="activation", email=journey.email) == "void" or None,
        PATIENCE, "the password is void",
    )  # fmt: skip
    page = plain(journey.member.open(link_in(mail, "/compte/suivi-du-courrier")))
    assert "revenu" in page
    for personal in (journey.person.family_name, journey.person.number, "rue"):
        assert personal.casefold() not in re.sub(r"<[^>]+>", " ", page).casefold()
    assert opens_activation(running.places, journey.email) is True, "one letter was made, and one only"
