"""After an account was closed, who asks for one gets a letter again."""

from datetime import UTC, datetime, timedelta
from itertools import permutations
from uuid import uuid4

import pytest

from registration.handlers import account_activated, account_closed, email_confirmed
from registration.models import AccountState
from shared.contracts.events import AccountActivated, AccountClosed, EmailConfirmed
from shared.contracts.person_id import person_id
from shared.database.unit_of_work import Cause

WHO = {
    "person_id": person_id("R1"), "civility": "Mme", "given_name": "Jeanne", "family_name": "Garnier",
    "email": "owner@exemple.fr",
}  # fmt: skip


async def _open(work) -> None:
    later = datetime.now(UTC) + timedelta(days=1)
    sealed = {"sealed_token": "k1:c2VhbGVk", "token_expires_at": later}
    await account_activated(AccountActivated(**WHO, account_id=uuid4(), **sealed), work)
    await email_confirmed(EmailConfirmed(**WHO, account_id=uuid4()), work)


async def _hear(database, handler, event, at: datetime) -> None:
    async with database.unit_of_work() as work:
        work.cause = Cause(uuid4(), at)
        await handler(event, work)


def _closed(at: datetime) -> AccountClosed:
    return AccountClosed(**WHO, reference="C-7K2M-Q9XR", request_id=uuid4(), account_id=uuid4(), closed_at=at)


async def test_a_letter_is_sent_again(visitor, register, database, published) -> None:
    await register()
    async with database.unit_of_work() as work:
        await _open(work)
    await visitor.ask()
    async with database.unit_of_work() as work:
        await account_closed(_closed(datetime.now(UTC)), work)
        state = await work.session.get(AccountState, WHO["person_id"])
        assert (state.activated_at, state.confirmed_at, state.email) == (None, None, "")
    await visitor.ask()
    told = [event["type"] for event in await published()]
    assert set(told[:-1]) == {"account-request-refused", "account-already-open"}
    assert told[-1] == "account-requested"


async def test_a_closing_that_is_told_late_changes_nothing(register, database) -> None:
    await register()
    async with database.unit_of_work() as work:
        await _open(work)
    async with database.unit_of_work() as work:
        await account_closed(_closed(datetime.now(UTC) - timedelta(days=365)), work)
        await account_closed(_closed(datetime.now(UTC)).model_copy(update={"person_id": person_id("R2")}), work)
        assert (await work.session.get(AccountState, WHO["person_id"])).confirmed_at is not None


def _activated() -> AccountActivated:
    later = datetime.now(UTC) + timedelta(days=1)
    return AccountActivated(**WHO, account_id=uuid4(), sealed_token="k1:c2VhbGVk", token_expires_at=later)


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_what_was_told_before_a_closing_opens_nothing_in_whatever_order(
    visitor, register, database, published, order
) -> None:
    await register()
    now = datetime.now(UTC)
    told = [
        (account_activated, _activated(), now - timedelta(days=9)),
        (email_confirmed, EmailConfirmed(**WHO, account_id=uuid4()), now - timedelta(days=8)),
        (account_closed, _closed(now), now),
    ]
    for number in order:
        await _hear(database, *told[number])
    await visitor.ask()
    assert [event["type"] for event in await published()] == ["account-requested"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_a_later_confirmation_stays_in_whatever_order(register, database, order) -> None:
    await register()
    now = datetime.now(UTC)
    new = EmailConfirmed(**WHO | {"email": "new@exemple.fr"}, account_id=uuid4())
    told = [
        (email_confirmed, EmailConfirmed(**WHO, account_id=uuid4()), now - timedelta(days=8)),
        (account_closed, _closed(now - timedelta(days=1)), now - timedelta(days=1)),
        (email_confirmed, new, now),
    ]
    for number in order:
        await _hear(database, *told[number])
    async with database.unit_of_work() as work:
        state = await work.session.get(AccountState, WHO["person_id"])
        assert (state.email, state.confirmed_at, state.closed_at) == ("new@exemple.fr", now, now - timedelta(days=1))
