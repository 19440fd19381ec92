"""What became of a mail is told in the transaction that writes it down: once, and without address or content."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from notifier import deliveries, handlers
from notifier.deliveries import Claim
from shared.contracts.events import ConfirmationLinkRequested, MailGivenUp, MailSent
from shared.database.unit_of_work import Cause
from shared.messaging.tables import outbox


@pytest.fixture
def hear(database):
    """Let a handler handle an event, as its consumer does; returns the event's id."""

    async def heard(event, handler=handlers.letter_printed):
        async with database.unit_of_work() as work:
            work.cause = Cause(uuid4(), work.now)
            await handler(event, work)
        return work.cause.id

    return heard


@pytest.fixture
def told(database):
    """``await told()``: every message in the outbox, oldest first."""

    async def read():
        async with database.unit_of_work() as work:
            bodies = await work.session.scalars(select(outbox.c.body).order_by(outbox.c.position))
            return [json.loads(body) for body in bodies]

    return read


async def sql(database, statement):
    async with database.unit_of_work() as work:
        await work.session.execute(text(statement))


async def test_a_sent_mail_is_told_by_its_template_and_cause(sender, post, printed, hear, rows, told):
    event_id = await hear(printed)
    assert await told() == [], "nothing before it is sent"
    await sender.send_due()
    (row,), (message,) = await rows(), await told()
    assert (message["type"], message["subject"]) == (MailSent.type(), str(printed.person_id))
    sent = MailSent.received(message["data"])
    assert (sent.delivery_id, sent.template, sent.caused_by) == (row.id, "letter-posted", event_id)
    assert sent.sent_at == row.sent_at
    assert message["traceparent"].split("-")[1] == row.traceparent.split("-")[1]
    for word in (printed.email, "couriel", "GARNIER", "Jeanne", "argon2"):
        assert word not in json.dumps(message, ensure_ascii=False)


async def test_two_senders_of_one_mail_tell_of_it_once(database, sender, post, printed, hear, rows, told):
    await hear(printed)
    async with database.unit_of_work() as work:
        (late,) = await deliveries.claim(work, 8)
    await sql(database, "update delivery set next_attempt_at = now() - interval '1 second'")
    await sender.send_due()
    async with database.unit_of_work() as work:
        await deliveries.mark_sent(work, late)
    assert [message["type"] for message in await told()] == [MailSent.type()]
    assert [row.state for row in await rows()] == ["sent"]


@pytest.mark.parametrize(
    ("prepare", "answers", "reason"),
    [
        ("", ["550 5.1.1 <couriel.demande@exemple.fr> unknown"], "refused"),
        ("update delivery set attempts = 26", ["451 later"], "refused-for-a-day"),
        ("update delivery set expires_at = now()", [], "expired"),
        ("update delivery set params = '{}'", [], "not-built"),
    ],
)
async def test_a_mail_given_up_is_told_with_its_reason(
    database, sender, post, printed, hear, told, prepare, answers, reason
):
    event_id = await hear(printed)
    if prepare:
        await sql(database, prepare)
    post.answers = answers
    await sender.send_due()
    (message,) = await told()
    assert (message["type"], message["subject"]) == (MailGivenUp.type(), str(printed.person_id))
    given_up = MailGivenUp.received(message["data"])
    assert (given_up.reason, given_up.template, given_up.caused_by) == (reason, "letter-posted", event_id)
    assert "couriel" not in json.dumps(message)


async def test_a_postponed_mail_is_not_told(sender, post, printed, hear, told):
    post.answers = ["451 later"]
    await hear(printed)
    await sender.send_due()
    assert await told() == []


async def test_a_link_that_a_newer_one_replaces_is_told(activated, keys, hear, told):
    confirm = handlers.ConfirmationHandler(keys.ring)
    await hear(activated, confirm)
    newer = ConfirmationLinkRequested(
        person_id=activated.person_id, account_id=activated.account_id, email=activated.email,
        sealed_token=keys.public.seal_text("n" * 43), token_expires_at=activated.token_expires_at + timedelta(minutes=5),
    )  # fmt: skip
    await hear(newer, confirm)
    (message,) = await told()
    assert (message["type"], message["data"]["reason"]) == (MailGivenUp.type(), "superseded")


async def test_a_claim_that_was_lost_tells_nothing(database, sender, post, printed, hear, told):
    await hear(printed)
    async with database.unit_of_work() as work:
        (lost,) = await deliveries.claim(work, 8)
    await sql(database, "update delivery set next_attempt_at = now() - interval '1 second'")
    await sender.send_due()
    async with database.unit_of_work() as work:
        await deliveries.park(work, lost, "refused", 550, "too late")
    assert [message["type"] for message in await told()] == [MailSent.type()]


async def test_what_a_version_before_queued_is_sent_and_not_told(database, sender, post, printed, hear, rows, told):
    await hear(printed)
    await sql(database, "update delivery set person_id = null, event_id = null")
    await sender.send_due()
    assert ([row.state for row in await rows()], await told()) == (["sent"], [])


async def test_a_fate_that_is_not_committed_is_not_told(database, printed, hear, rows, told):
    await hear(printed)
    (row,) = await rows()
    with pytest.raises(asyncio.CancelledError):
        async with database.unit_of_work() as work:
            await deliveries.mark_sent(work, Claim(row, datetime.now(UTC)))
            raise asyncio.CancelledError
    assert ([row.state for row in await rows()], await told()) == (["queued"], [])
