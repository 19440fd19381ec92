"""After somebody's journey on the running system: the desk finds them and reads it, operations mend what has failed."""

import asyncio
import re
from uuid import uuid4

import aio_pika
import pytest
from support.colleagues import colleague_of
from support.dead_letters import bury, envelope

from launcher.member import Member
from launcher.story import Journey
from launcher.waiting import wait_for

QUEUE = "member-space.email-confirmed"
PATIENCE = 60


@pytest.fixture
def journey(running, someone):
    journey = Journey(running.places, someone())
    for _, play in journey.steps():
        play()
    yield journey
    journey.member.close()


def search(member: Member, looked_for: str) -> str:
    member.open("/gestion/personnes")
    return member.send("/gestion/personnes", looked_for=looked_for)


IN_ORDER = (
    "Compte demandé, courrier à faire",
    "Courrier mis en page, en attente à l’imprimerie",
    "Courrier imprimé et remis à La Poste",
    "Courriel envoyé : départ du mot de passe provisoire par courrier",
    "Compte activé, adresse électronique à confirmer",
    "Adresse électronique confirmée, espace ouvert",
)


def test_a_journey_is_found_and_read_in_its_order(running, journey, at_desk):
    member = at_desk("conseiller")
    person = journey.person

    def read() -> str | None:
        """The page, once the last event has come."""
        found = re.search(r'href="(/gestion/personnes/[0-9a-f-]{36})"', search(member, person.family_name))
        page = member.open(found[1]).replace("\u00a0", " ") if found else ""
        return page if all(words in page for words in IN_ORDER) else None

    page = wait_for(read, PATIENCE, "the whole journey on the timeline")
    newest_first = [page.rindex(words) for words in IN_ORDER]
    assert newest_first == sorted(newest_first, reverse=True)
    assert "Le compte est activé et l’espace est ouvert." in page
    year = person.birth_date[2]
    assert f"en {year}" in page
    for personal in (person.family_name, person.postcode, journey.email):
        assert personal.casefold() not in page.casefold()
    path = member.path
    shown = member.send(path, why="appel")
    assert person.family_name.casefold() in shown.casefold()
    assert person.postcode in shown
    # by number: only registration knows whose it is
    assert path in search(member, person.number)
    assert "Aucune personne trouvée" in search(member, "000000")
    journal = running.system.postgres.sql(
        "select count(*) from journal_entry where action = 'desk_show_person' and subject_id = :'id'",
        database="member_space", id=path.rpartition("/")[2],
    )  # fmt: skip
    assert journal == "1"
    number = re.compile(rf"(?<![.\w]){person.number}(?!\w)")  # digits after a point are of a time
    for log in (running.places.var / "log").glob("*.log"):
        assert not number.search(log.read_text(errors="replace")), log


def test_operations_see_every_service_and_replay_a_dead_letter_with_one_effect(running, at_desk):
    member = at_desk("exploitation")
    page = member.open("/gestion/exploitation").replace("\u00a0", " ")
    assert "Absent" not in page
    for queue in (
        "registration.account-state",
        "activation.letter-printed",
        "print-shop.batches",
        "notifier.notices",
        QUEUE,
    ):
        assert f">{queue}</a>" in page
    message = envelope()
    person = message["data"]["person_id"]

    async def die_twice() -> None:
        """Two copies, as a message that was delivered again while it failed."""
        async with await aio_pika.connect(running.secret("member-space", "broker_url")) as connection:
            channel = await connection.channel()
            for _ in range(2):
                await bury(channel, message)

    def spaces() -> str:
        return running.system.postgres.sql(
            "select count(*) from space where person_id = :'id'", database="member_space", id=person
        )

    running.do(asyncio.wait_for(die_twice(), 30))
    path = f"/gestion/exploitation/member-space/{QUEUE}"
    assert message["id"] in member.open(path)
    reason = f"essai {uuid4().hex[:8]}"
    for _ in range(2):  # one act, one letter: looking ends at the first of that name
        assert "•••" in member.open(f"{path}/{message['id']}")
        told = member.send(f"{path}/{message['id']}", act="replay", reason=reason).replace("\u00a0", " ")
        assert "1 message rejoué." in told
    wait_for(lambda: spaces() == "1", PATIENCE, "the space that the message opens")
    inbox = "select count(*) from inbox where message_id = :'id' and consumer = :'queue'"
    once = running.system.postgres.sql(inbox, database="member_space", id=message["id"], queue=QUEUE)
    assert (once, spaces()) == ("1", "1")
    rows = (
        "select string_agg(who || ' ' || action || ' ' || state, ', ') from dead_letter_journal where reason = :'why'"
    )
    journal = running.system.postgres.sql(rows, database="member_space", why=reason)
    assert journal.count("replay done") == 2
    assert journal.count(colleague_of(running, "exploitation").name) == 2


def test_a_service_that_is_away_is_shown_as_away(running, at_desk):
    member = at_desk("exploitation")
    running.do(running.system.end("notifier"))
    try:
        page = member.open("/gestion/exploitation").replace("\u00a0", " ")
        assert "1 service sans réponse" in page
        section = page[page.index('id="notifier"') :].split("</section>")[0]
        assert "<strong>Absent</strong> : ne répond pas" in section
    finally:
        running.do(running.system.begin("notifier"))
        running.do(running.system.healthy())
