"""Events become deliveries, once, and hold no more than they need."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from notifier import handlers
from shared.contracts.events import (
    AccountActivated,
    AccountAlreadyOpen,
    ConfirmationLinkRequested,
    LetterPrinted,
    SecurityNoticeRaised,
)
from shared.database.engine import Database
from shared.messaging.failures import PermanentError


async def handle(database: Database, handler, event) -> None:
    async with database.unit_of_work() as work:
        await handler(event, work)


async def whole_database(database: Database) -> str:
    async with database.unit_of_work() as work:
        found = await work.session.execute(text("select row_to_json(d)::text from delivery d"))
        return "\n".join(found.scalars())


async def test_letter_printed_queues_the_24_h_mail(database: Database, printed: LetterPrinted, rows) -> None:
    await handle(database, handlers.letter_printed, printed)
    (row,) = await rows()
    assert (row.template, row.recipient, row.state) == ("letter-posted", printed.email, "queued")
    assert set(row.params) == {"posted_at", "valid_until"}
    kept = await whole_database(database)
    for word in ("GARNIER", "Jeanne", "argon2", "0123456789abcdef"):
        assert word not in kept


async def test_same_fact_twice_is_one_mail(database: Database, printed: LetterPrinted, activated, keys, rows) -> None:
    confirm = handlers.ConfirmationHandler(keys.ring)
    for _ in range(2):
        await handle(database, handlers.letter_printed, printed)
        await handle(database, confirm, activated)
    assert sorted(row.template for row in await rows()) == ["confirmation", "letter-posted"]


async def test_token_stays_sealed_in_the_database(database: Database, activated: AccountActivated, keys, token) -> None:
    await handle(database, handlers.ConfirmationHandler(keys.ring), activated)
    kept = await whole_database(database)
    assert activated.sealed_token in kept
    assert token not in kept
    assert "GARNIER" not in kept


async def test_newer_link_replaces_the_one_still_waiting(database: Database, activated, keys, rows) -> None:
    confirm = handlers.ConfirmationHandler(keys.ring)
    await handle(database, confirm, activated)
    newer = ConfirmationLinkRequested(
        person_id=activated.person_id, account_id=activated.account_id, email=activated.email,
        sealed_token=keys.public.seal_text("n" * 43), token_expires_at=activated.token_expires_at + timedelta(minutes=5),
    )  # fmt: skip
    await handle(database, confirm, newer)
    first, second = await rows()
    assert (first.state, first.sealed_token, first.reason) == ("parked", None, "superseded by a newer link")
    assert (second.state, second.sealed_token) == ("queued", newer.sealed_token)


@pytest.mark.parametrize("sealed", ["", "demo-1:", "demo-1:AAAA", "other:AAAA", "no colon", "demo-1:é"])
async def test_token_that_cannot_be_opened_is_a_dead_letter(database: Database, activated, keys, rows, sealed) -> None:
    with pytest.raises(PermanentError, match="can't be opened"):
        await handle(
            database, handlers.ConfirmationHandler(keys.ring), activated.model_copy(update={"sealed_token": sealed})
        )
    assert await rows() == []


async def test_what_is_no_token_is_a_dead_letter(database: Database, activated, keys) -> None:
    wrong = activated.model_copy(update={"sealed_token": keys.public.seal_text("https://elsewhere.example/?")})
    with pytest.raises(PermanentError, match="no token"):
        await handle(database, handlers.ConfirmationHandler(keys.ring), wrong)


async def test_notices_go_to_the_owner_once_a_day(database: Database, rows) -> None:
    person, account = uuid4(), uuid4()
    for _ in range(3):
        opened = AccountAlreadyOpen(person_id=person, request_id=uuid4(), email="owner@exemple.fr")
        notice = SecurityNoticeRaised(
            person_id=person, account_id=account, email="owner@exemple.fr", notice="address-already-used"
        )
        await handle(database, handlers.account_already_open, opened)
        await handle(database, handlers.security_notice_raised, notice)
    found = [(row.template, row.recipient) for row in await rows()]
    assert sorted(found) == [("account-already-open", "owner@exemple.fr"), ("address-already-used", "owner@exemple.fr")]
