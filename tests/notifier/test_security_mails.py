"""What is told of the way into an account: to whom, with how little, once for each fact, and with which link."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy import text

from notifier import handlers, operations
from notifier.security_mails import CHANGES, EVENTS, SUBJECTS
from shared.contracts.events import (
    AccountFrozen,
    EmailChangeRequested,
    IdentifierReminderRequested,
    PasswordResetRequested,
    SecurityChanged,
)
from shared.database.unit_of_work import Cause
from shared.messaging.failures import PermanentError

AT = datetime(2026, 3, 27, 13, 5, tzinfo=UTC)
PERSON = {"civility": "Mme", "given_name": "Jeanne", "family_name": "GARNIER-DÛPRÉ", "email": "couriel@exemple.fr"}


@pytest.fixture
def linked(keys, token):
    """The fields of an event with a link of ten days."""

    def fields(until=timedelta(days=10), **changes):
        sealed = keys.public.seal_text(changes.pop("token", token))
        return {"sealed_token": sealed, "token_expires_at": datetime.now(UTC) + until, **changes}

    return fields


@pytest.fixture
def changed(linked):
    def event(change, **changes):
        return SecurityChanged(
            **{**PERSON, "person_id": uuid4(), "account_id": uuid4(), "changed_at": AT, **linked(), **changes},
            change=change,
        )

    return event


@pytest.fixture
def asked(linked):
    """A request for a link, by its kind; its address is confirmed or is not, nobody's name is said."""

    def event(kind, **changes):
        given = {"person_id": uuid4(), "account_id": uuid4(), "email": "nouvelle@exemple.fr", **linked()}
        return kind(**{**given, **changes})

    return event


@pytest.fixture
def hear(database, keys):
    handle = handlers.SecurityHandler(keys.ring)

    async def heard(*events):
        for event in events:
            async with database.unit_of_work() as work:
                work.cause = Cause(uuid4(), work.now)
                await handle(event, work)

    return heard


@pytest.fixture
def receive(hear, sender, post):
    """Let events be handled and their mails sent: (subject, recipients, both bodies as one text) of each."""

    async def received(*events):
        await hear(*events)
        while await sender.send_due():
            pass
        return [
            (
                mail["Subject"],
                to,
                " ".join(unescape(part.get_content()) for part in mail.iter_parts()).replace("\r\n", " "),
            )
            for mail, to in zip(post.accepted, post.envelopes, strict=True)
        ]

    return received


def frozen():
    return AccountFrozen(**PERSON, person_id=uuid4(), account_id=uuid4(), frozen_at=AT)


def reminder():
    return IdentifierReminderRequested(person_id=uuid4(), request_id=uuid4(), email="couriel@exemple.fr")


@pytest.mark.parametrize("change", sorted(CHANGES))
async def test_a_change_is_told_to_its_owner_with_the_time_and_a_way_to_object(receive, changed, token, change):
    ((subject, to, said),) = await receive(changed(change))
    assert (subject, to) == (CHANGES[change], ["couriel@exemple.fr"])
    assert said.count(f"https://espace.exemple.fr/compte/signaler?jeton={token}") == 3, "text, button, to be copied"
    for words in (
        "Bonjour Mme\u00a0Garnier-Dûpré,",
        "27\u00a0mars\u00a02026 à\u00a014\u00a0h\u00a005",
        "heure de Paris",
        "Si c’était vous",
    ):
        assert said.count(words) == 2
    assert len(re.findall("Ce n’était pas vous\u202f\\?", said, re.IGNORECASE)) == 2
    assert said.count("10\u00a0jours") == 2
    assert said.count("courrier de secours") >= 2, "how to come back"
    for secret in ("Jeanne", "GARNIER", "couriel@"):
        assert secret not in said


async def test_a_change_without_a_link_leads_to_the_help_desk(receive, changed):
    ((_, _, said),) = await receive(changed("password-changed", sealed_token=None, token_expires_at=None))
    assert "jeton" not in said
    assert "10\u00a0jours" not in said
    assert said.count("Prévenez-nous sans attendre") == 2


@pytest.mark.parametrize("change", ["password-eaten", "address-changed", "confirmation", "security-change", "base"])
async def test_a_change_that_has_no_mail_is_a_dead_letter(hear, changed, rows, change):
    with pytest.raises(PermanentError, match=f"no mail tells of the change {change}"):
        await hear(changed(change))
    assert await rows() == []


async def test_a_reset_link_lasts_an_hour_and_says_that_the_question_follows(receive, asked, linked, token):
    until = timedelta(minutes=60)
    ((subject, to, said),) = await receive(asked(PasswordResetRequested, **linked(until)))
    assert (subject, to) == (SUBJECTS["reset-link"], ["nouvelle@exemple.fr"])
    assert said.count(f"https://espace.exemple.fr/compte/mot-de-passe/nouveau?jeton={token}") == 3
    assert said.count("60\u00a0minutes") == said.count("d’abord votre question secrète") == 2
    assert said.count("ignorez ce courriel") == 2
    assert said.count("https://espace.exemple.fr/compte/courrier-de-secours") == 3


async def test_a_new_address_is_asked_to_confirm_and_told_nothing_else(receive, asked, token):
    ((subject, to, said),) = await receive(asked(EmailChangeRequested))
    assert (subject, to) == (SUBJECTS["email-change"], ["nouvelle@exemple.fr"])
    assert said.count(f"https://espace.exemple.fr/compte/adresse/confirmer?jeton={token}") == 3
    assert said.count("24\u00a0heures") == said.count("Bonjour,") == said.count("ignorez ce courriel") == 2


async def test_a_forgotten_identifier_is_the_address_that_the_mail_comes_to(receive):
    ((subject, to, said),) = await receive(reminder())
    assert (subject, to) == (SUBJECTS["identifier-reminder"], ["couriel@exemple.fr"])
    assert "l’adresse électronique à laquelle nous envoyons ce courriel" in said
    assert "https://espace.exemple.fr/connexion" in said
    assert said.count("Bonjour,") == 2
    assert "couriel@" not in said


async def test_a_frozen_account_s_owner_is_told_the_way_back(receive):
    ((subject, to, said),) = await receive(frozen())
    assert (subject, to) == (SUBJECTS["account-frozen"], ["couriel@exemple.fr"])
    assert said.count("27\u00a0mars\u00a02026 à\u00a014\u00a0h\u00a005") == 2
    assert said.count("https://espace.exemple.fr/compte/courrier-de-secours") == 4
    assert "jeton" not in said


async def test_nobody_is_told_by_name_at_an_address_that_was_never_confirmed(hear, rows):
    await hear(frozen().model_copy(update={"confirmed": False}))
    assert await rows() == []


async def test_one_fact_is_one_mail_however_often_it_is_told(hear, changed, asked, linked, rows):
    facts = [reminder(), asked(PasswordResetRequested), asked(EmailChangeRequested), changed("new-device"), frozen()]
    assert {type(fact) for fact in facts} == set(EVENTS)
    await hear(*facts, *facts)
    assert len(await rows()) == len(facts)
    first, second = facts[1], facts[3]
    await hear(
        first.model_copy(update=linked(token="n" * 43)),
        second.model_copy(update={"changed_at": AT + timedelta(seconds=1)}),
        second.model_copy(update={"email": "ancienne@exemple.fr"}),
    )
    assert len(await rows()) == len(facts) + 3, "another link, another time, another address"


async def test_every_reset_link_is_sent_but_of_two_new_addresses_the_last(hear, asked, linked, rows):
    later = timedelta(days=11)
    for kind in (PasswordResetRequested, EmailChangeRequested):
        event = asked(kind)
        await hear(event, event.model_copy(update=linked(later, token="n" * 43)))
    states = [(row.template, row.state, row.sealed_token is None) for row in await rows()]
    assert states == [
        ("reset-link", "queued", False), ("reset-link", "queued", False),
        ("email-change", "parked", True), ("email-change", "queued", False),
    ]  # fmt: skip


async def test_a_token_is_sealed_until_it_is_sent_and_then_nowhere(
    database, hear, sender, post, changed, asked, token, rows, capfd
):
    async def kept():
        async with database.unit_of_work() as work:
            tables = await work.session.execute(text("select row_to_json(d)::text from delivery d"))
            told = await work.session.execute(text("select row_to_json(o)::text from outbox o"))
            return "\n".join([*tables.scalars(), *told.scalars()])

    events = [changed("password-reset"), asked(PasswordResetRequested), asked(EmailChangeRequested)]
    await hear(*events)
    before = await kept()
    assert all(event.sealed_token in before for event in events)
    assert token not in before
    await sender.send_due()
    assert {row.state for row in await rows()} == {"sent"}
    after = await kept()
    assert not any(event.sealed_token in after for event in events)
    assert token not in after + "".join(capfd.readouterr())


@pytest.mark.parametrize("kind", [PasswordResetRequested, EmailChangeRequested])
async def test_a_link_that_ran_out_is_not_sent(hear, sender, post, asked, linked, rows, kind):
    await hear(asked(kind, **linked(-timedelta(seconds=1))))
    await sender.send_due()
    (row,) = await rows()
    assert (row.state, row.sealed_token, post.seen) == ("parked", None, [])


async def test_a_token_that_cannot_be_opened_is_a_dead_letter(hear, changed, asked, rows):
    sealed = {"sealed_token": "other:AAAA"}
    for event in (changed("new-device", **sealed), *(asked(kind, **sealed) for kind in EVENTS[1:3])):
        with pytest.raises(PermanentError, match="can't be opened"):
            await hear(event)
    assert await rows() == []


async def test_a_parked_notice_can_be_sent_again_without_its_link_and_a_link_can_not(
    database, hear, sender, post, changed, asked, rows
):
    await hear(changed("password-changed"), asked(PasswordResetRequested))
    post.at_rcpt = ["550 no", "550 no"]
    await sender.send_due()
    notice, link = await rows()
    async with database.unit_of_work() as work:
        await operations.send_again(work, notice.id)
        with pytest.raises(operations.CannotSendAgainError, match="its link is erased"):
            await operations.send_again(work, link.id)
    await sender.send_due()
    (mail,) = post.accepted
    assert mail["Subject"] == CHANGES["password-changed"]
    assert "Prévenez-nous sans attendre" in mail.get_body(("plain",)).get_content()
