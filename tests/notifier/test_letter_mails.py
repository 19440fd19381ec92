"""What is told of a letter: posted, half of its time over, returned. To an address that anybody may have typed."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import text

from notifier import handlers, operations
from notifier.closing import account_closed
from notifier.letter_mails import SUBJECTS
from shared.contracts.events import (
    AccountClosed,
    AccountFrozen,
    LetterPrinted,
    LetterReminderDue,
    LetterReturned,
)
from shared.database.unit_of_work import Cause

PAGE = "https://espace.exemple.fr/compte/suivi-du-courrier"
AT = datetime(2026, 3, 27, 13, 5, tzinfo=UTC)
REASONS = {
    "unknown-at-address": "La Poste n’a pas trouvé le destinataire",
    "incomplete-address": "L’adresse était incomplète",
    "refused": "Le courrier a été refusé",
    "unclaimed": "personne n’est venu l’y chercher à temps",
    "other": "La Poste n’a pas pu le remettre",
    "eaten-by-a-dog": "La Poste n’a pas pu le remettre",
}


@pytest.fixture
def letter(keys, token, printed):
    """``letter(LetterReminderDue)``: what is said of one letter, posted on 27 March and good for a long time."""
    about = printed.model_dump(include={"person_id", "letter_id", "request_id", "email"})
    at = {"posted_at": AT, "sealed_tracking": keys.public.seal_text(token)}
    until = datetime.now(UTC).replace(hour=21, minute=59) + timedelta(days=10)

    def event(kind, **changed):
        if kind is LetterPrinted:
            return printed.model_copy(update={**at, "valid_until": until, **changed})
        own = {"valid_until": until} if kind is LetterReminderDue else {"reason": "unclaimed", "returned_at": AT}
        return kind(**{**about, **at, **own, **changed})

    return event


@pytest.fixture
def hear(database, keys):
    """``await hear(event, …)``: each as its consumer handles it; ``said_at`` is the time of their envelopes."""
    heard_by = {
        LetterPrinted: handlers.letter_printed,
        LetterReminderDue: handlers.letter_reminder_due,
        LetterReturned: handlers.letter_returned,
        AccountFrozen: handlers.SecurityHandler(keys.ring),
        AccountClosed: account_closed,
    }

    async def heard(*events, said_at=None):
        for event in events:
            handle = heard_by.get(type(event)) or handlers.ConfirmationHandler(keys.ring)
            async with database.unit_of_work() as work:
                work.cause = Cause(uuid4(), said_at or work.now)
                await handle(event, work)

    return heard


@pytest.fixture
def sent(sender, post):
    """``await sent()``: (subject, recipients, text, what the HTML shows) of every mail, in the order of their sending."""

    async def all_sent():
        while await sender.send_due():
            pass
        return [
            (
                mail["Subject"],
                to,
                mail.get_body(("plain",)).get_content(),
                unescape(mail.get_body(("html",)).get_content()),
            )
            for mail, to in zip(post.accepted, post.envelopes, strict=True)
        ]

    return all_sent


def words_of(text: str) -> str:
    """As they are read: no tags, ordinary spaces."""
    shown = re.sub(r"<style.*?</style>|<(?!/?[ab]\b)[^>]+>", " ", text, flags=re.DOTALL)
    return re.sub(r"[\s\u00a0\u202f]+", " ", re.sub(r"<[^>]+>", "", shown))


KINDS = (LetterPrinted, LetterReminderDue, LetterReturned)
TEMPLATES = dict(zip(KINDS, SUBJECTS, strict=True))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_each_goes_to_the_typed_address_with_the_link_and_nothing_of_the_register(
    letter, hear, sent, token, kind
):
    event = letter(kind)
    await hear(event)
    ((subject, to, plain, html),) = await sent()
    assert (subject, to) == (SUBJECTS[TEMPLATES[kind]], [event.email])
    link = f"{PAGE}?jeton={token}"
    assert f"\n{link}\n" in plain.replace("\r\n", "\n")
    assert f'href="{link}"' in html
    assert f">{link}<" in html, "a version to copy"
    for said in (plain, html):
        assert "Bonjour," in said
        assert "27 mars 2026" in words_of(said)
        for of_the_register in (
            "GARNIER",
            "Garnier",
            "Jeanne",
            "Mme",
            "argon2",
            "0123456789abcdef",
            str(event.person_id),
        ):
            assert of_the_register not in said


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_each_says_the_same_of_a_letter_of_recovery(letter, hear, sent, kind):
    """Other words would tell a stranger, who asked for it and typed an address of theirs, that there is an account."""
    await hear(letter(kind, purpose="activation"), letter(kind, purpose="recovery", letter_id=uuid4()))
    one, other = await sent()
    assert one == other


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_each_does_without_the_link_when_the_letter_is_older_than_the_page(letter, hear, sent, kind):
    await hear(letter(kind, sealed_tracking=None))
    ((_, _, plain, html),) = await sent()
    for said in (plain, html):
        assert "suivi-du-courrier" not in said
        assert "nos coordonnées figurent au bas de ce courriel" in words_of(said)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize("sealed", ["gone:AAAA", "no colon", "é", "not a token"])
async def test_a_link_that_can_not_be_opened_is_left_out_and_counted_and_the_mail_leaves(
    letter, hear, sent, keys, kind, sealed
):
    """By the time of its last mail, the key for which it was sealed may have been retired."""
    counter = ("espace_mail_links_left_out_total", {"template": TEMPLATES[kind]})
    before = REGISTRY.get_sample_value(*counter) or 0
    sealed = keys.public.seal_text("https://elsewhere.example/?") if sealed == "not a token" else sealed
    await hear(letter(kind, sealed_tracking=sealed))
    ((_, _, plain, html),) = await sent()
    for said in (plain, html):
        assert "jeton" not in said
        assert "elsewhere" not in said
    assert REGISTRY.get_sample_value(*counter) == before + 1


async def test_the_reminder_says_until_when_and_both_ways_on(letter, hear, sent):
    event = letter(LetterReminderDue, valid_until=datetime(2099, 4, 17, 21, 59, 59, tzinfo=UTC))
    await hear(event)
    ((_, _, plain, html),) = await sent()
    for said in (words_of(plain), words_of(html)):
        assert "27 mars 2026, et il n’a pas encore servi" in said
        assert "valable jusqu’au 17 avril 2099." in said
        assert re.search("vous n’avez rien reçu \\?", said, re.IGNORECASE)
        assert "c’est le seul rappel" in said
    assert "https://espace.exemple.fr/compte/activer" in plain
    assert 'href="https://espace.exemple.fr/compte/activer"' in html


@pytest.mark.parametrize(("code", "why"), REASONS.items())
async def test_a_returned_letter_says_why_in_plain_words_and_what_to_do(letter, hear, sent, code, why):
    await hear(letter(LetterReturned, reason=code))
    ((_, _, plain, html),) = await sent()
    assert code not in plain + html or code in {"other", "refused"}
    assert [line for line in plain.splitlines() if len(line) > 78 and "jeton=" not in line] == []
    for said in (words_of(plain), words_of(html)):
        assert why in said
        assert "n’ouvre plus rien" in said
        first, then = said.index("vérifier votre adresse postale auprès de la mutuelle"), said.index("nouveau courrier")
        assert first < then, "another letter to the same place would come back, too"
        assert "01 99 00 00 00" in said[first:then]
        assert "aide@exemple.fr" in said[first:then]
        assert "si vous pouvez vous connecter à votre espace" in said.lower()
        assert "sur la page qui suit votre courrier" in said


async def test_without_the_page_of_the_letter_a_new_one_is_asked_for_where_this_one_was(letter, hear, sent):
    await hear(letter(LetterReturned, sealed_tracking=None))
    ((_, _, plain, html),) = await sent()
    for page in ("creer", "courrier-de-secours"):
        assert f"https://espace.exemple.fr/compte/{page}\n" in plain.replace("\r\n", "\n")
        assert f'href="https://espace.exemple.fr/compte/{page}"' in html


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
async def test_each_is_told_once_a_letter(letter, hear, rows, kind):
    event = letter(kind)
    await asyncio.gather(*(hear(event) for _ in range(4)))
    await hear(event.model_copy(update={"letter_id": uuid4()}))
    assert [row.template for row in await rows()] == [TEMPLATES[kind]] * 2


async def test_a_tracking_token_stays_sealed_and_goes_with_the_sending(database, letter, hear, rows, sent, token):
    await hear(letter(LetterPrinted))
    assert [row.sealed_token for row in await rows()] == [letter(LetterPrinted).sealed_tracking]
    async with database.unit_of_work() as work:
        kept = await work.session.scalar(text("select row_to_json(d)::text from delivery d"))
    assert token not in kept
    await sent()
    assert [(row.state, row.sealed_token) for row in await rows()] == [("sent", None)]


async def test_a_reminder_is_not_sent_after_the_end_and_a_return_is_told_however_late(letter, hear, rows, sent):
    past = datetime.now(UTC) - timedelta(seconds=1)
    await hear(letter(LetterReminderDue, valid_until=past), letter(LetterReturned, letter_id=uuid4()))
    assert [subject for subject, *_ in await sent()] == [SUBJECTS["letter-returned"]]
    assert {row.template: row.state for row in await rows()} == {"letter-reminder": "parked", "letter-returned": "sent"}


async def test_what_still_waits_of_a_letter_that_came_back_is_not_sent(letter, hear, rows, sent):
    other = letter(LetterReminderDue, letter_id=uuid4(), email="autre@exemple.fr")
    await hear(letter(LetterPrinted), letter(LetterReminderDue), other, letter(LetterReturned))
    assert sorted((subject, to[0]) for subject, to, *_ in await sent()) == [
        (SUBJECTS["letter-returned"], letter(LetterReturned).email),
        (SUBJECTS["letter-reminder"], "autre@exemple.fr"),
    ]  # fmt: skip
    assert sorted(row.state for row in await rows()) == ["parked", "parked", "sent", "sent"]


async def test_what_is_heard_of_a_letter_after_its_return_is_not_told(letter, hear, rows):
    await hear(letter(LetterReturned), letter(LetterPrinted), letter(LetterReminderDue))
    assert [row.template for row in await rows()] == ["letter-returned"]


@pytest.fixture
def ended(letter, activated):
    """What leaves no earlier letter of the person good."""
    person = {"person_id": letter(LetterPrinted).person_id}
    owner = activated.model_dump(include={"account_id", "civility", "given_name", "family_name", "email"}) | person
    return {
        "activated": activated.model_copy(update=person),
        "frozen": AccountFrozen(**owner, frozen_at=AT),
        "frozen, never confirmed": AccountFrozen(**owner, frozen_at=AT, confirmed=False),
        "closed": AccountClosed(**owner, request_id=uuid4(), reference="C-7K2M-Q9XR", closed_at=datetime.now(UTC)),
    }


@pytest.mark.parametrize("how", ["activated", "frozen", "frozen, never confirmed", "closed"])
async def test_a_reminder_that_waits_is_not_sent_once_the_letters_have_ended(letter, hear, ended, sent, how):
    theirs, anothers = letter(LetterReminderDue), letter(LetterReminderDue, person_id=uuid4(), letter_id=uuid4())
    await hear(theirs, anothers.model_copy(update={"email": "autre@exemple.fr"}))
    await hear(ended[how].model_copy(update={"closed_at": datetime.now(UTC)} if how == "closed" else {}))
    told = [to for subject, to, *_ in await sent() if subject == SUBJECTS["letter-reminder"]]
    assert told == [["autre@exemple.fr"]]


@pytest.mark.parametrize("how", ["activated", "frozen"])
async def test_a_reminder_that_was_due_before_and_is_heard_after_is_not_told(letter, hear, ended, rows, how):
    """The queues were worked off in another order after an outage."""
    before = datetime.now(UTC)
    await hear(ended[how])
    await hear(letter(LetterReminderDue), said_at=before)
    assert "letter-reminder" not in {row.template for row in await rows()}
    await hear(letter(LetterReminderDue, letter_id=uuid4()), said_at=datetime.now(UTC))
    assert "letter-reminder" in {row.template for row in await rows()}, "of a letter that was asked for since"


async def test_a_parked_mail_of_a_letter_can_be_sent_again_without_its_link(database, letter, hear, rows, post, sent):
    await hear(letter(LetterReturned))
    post.at_rcpt = ["550 no"]
    await sent()
    (row,) = await rows()
    assert (row.state, row.sealed_token) == ("parked", None)
    async with database.unit_of_work() as work:
        await operations.send_again(work, row.id)
    ((subject, _, plain, _),) = await sent()
    assert subject == SUBJECTS["letter-returned"]
    assert "jeton" not in plain
