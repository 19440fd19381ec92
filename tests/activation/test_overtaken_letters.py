"""A letter under way when the account was opened, frozen or closed opens nothing, whenever it is printed or heard of."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from activation.models import Account, LetterState, ProvisionalLetter, RecoveryRequest
from activation.overtaken import is_overtaken
from activation.security_notices import Change, tell

from .recovery_steps import EMAIL, NEW_PASSWORD, closed, letter_asked, letter_printed, report

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
BEFORE, LATER = NOW - timedelta(seconds=1), NOW + timedelta(seconds=1)


@pytest.mark.parametrize("ended", ["activated_at", "frozen_at", "closed_at"])
def test_the_rule(ended):
    account = Account(**{"activated_at": NOW - timedelta(days=9), ended: NOW})
    assert [is_overtaken(account, at) for at in (BEFORE, NOW, LATER)] == [True, True, False]
    assert not is_overtaken(account, None)
    assert not is_overtaken(None, BEFORE)


async def opens(world, typed: str, email: str = EMAIL) -> bool:
    """Whether a letter opens the account; refused, it is told like any wrong one."""
    answer = await world.visitor().activate(provisional_password=typed, email=email, password=NEW_PASSWORD)
    assert (answer.status_code == 303) or (answer.status_code, "ne correspond pas" in answer.text) == (422, True)
    return answer.status_code == 303


async def confirm(world) -> None:
    visitor = world.visitor()
    await visitor.get(f"/compte/confirmer?jeton={await world.newest_token()}")
    assert (await visitor.fill("/compte/confirmer")).status_code == 303


async def frozen_and_unconfirmed(world) -> Account:
    """Activated, and blocked by the link of a notice before the address was confirmed."""
    await world.visitor().activate(provisional_password=await world.letter(person_id=uuid4()))
    (account,) = await world.rows(Account)
    async with world.database.unit_of_work() as work:
        await tell(work, account, Change.ACCOUNT_RECOVERED, world.parts.notifier, email="ancienne@exemple.fr")
    await report(world, await world.token_in("security-changed"))
    (account,) = await world.rows(Account)
    assert account.frozen_at is not None
    return account


@pytest.mark.parametrize("confirmed", [False, True])
async def test_one_that_was_in_print_when_another_opened_the_account(world, confirmed):
    person_id = await world.confirmed()
    in_print = await letter_asked(world, person_id)
    assert await opens(world, await letter_printed(world, await letter_asked(world, person_id)))
    if confirmed:
        await confirm(world)
    assert [row.voided_at is not None for row in await world.rows(RecoveryRequest)] == [True, True]
    assert not await opens(world, await letter_printed(world, in_print), "voleur@exemple.fr")
    assert await opens(world, await letter_printed(world, await letter_asked(world, person_id))), "asked for later"


async def test_one_that_was_asked_for_before_the_address_was_confirmed(world):
    person_id = await world.confirmed()
    assert await opens(world, await letter_printed(world, await letter_asked(world, person_id)))
    in_print = await letter_asked(world, person_id)
    await confirm(world)
    assert not await opens(world, await letter_printed(world, in_print), "voleur@exemple.fr")


async def test_a_request_that_is_heard_of_after_the_account_was_opened_by_another(world):
    person_id = await world.confirmed()
    asked_at = datetime.now(UTC)
    assert await opens(world, await letter_printed(world, await letter_asked(world, person_id)))
    notices = await world.events("security-changed")
    late = await letter_asked(world, person_id, at=asked_at)
    assert not await opens(world, await letter_printed(world, late), "voleur@exemple.fr")
    assert await world.events("security-changed") == notices, "nobody is warned of what opens nothing"


async def test_a_request_that_is_heard_of_after_the_closing(world):
    person_id = await world.confirmed()
    asked_at = datetime.now(UTC)
    await closed(world, person_id)
    late = await letter_asked(world, person_id, at=asked_at)
    assert not await opens(world, await letter_printed(world, late))
    assert await opens(world, await letter_printed(world, await letter_asked(world, person_id)))


@pytest.mark.parametrize("purpose", ["activation", "recovery"])
async def test_a_letter_asked_for_before_a_freeze_and_printed_after_it(world, purpose):
    account = await frozen_and_unconfirmed(world)
    early = {"requested_at": account.frozen_at - timedelta(minutes=5), "purpose": purpose}
    typed = await world.letter(person_id=account.person_id, **early)
    assert not await opens(world, typed, "voleur@exemple.fr")
    assert {one.state for one in await world.rows(ProvisionalLetter)} == {LetterState.USED, LetterState.VOID}
    # nor does one that slipped in while the account was being frozen
    await world.sql("update provisional_letter set state = 'valid' where state = 'void'")
    assert not await opens(world, typed, "voleur@exemple.fr")
    assert await opens(world, await world.letter(person_id=account.person_id, requested_at=datetime.now(UTC)))
    (account,) = await world.rows(Account)
    assert (account.frozen_at, account.email) == (None, EMAIL)


async def test_an_ordinary_letter_asked_for_before_the_closing(world):
    person_id = await world.confirmed()
    asked_at = datetime.now(UTC)
    await closed(world, person_id)
    assert not await opens(world, await world.letter(person_id=person_id, requested_at=asked_at))


async def test_a_letter_that_does_not_say_when_it_was_asked_for_stays_good(world):
    """Of before that was told: its owner would stand before a closed door."""
    account = await frozen_and_unconfirmed(world)
    assert await opens(world, await world.letter(person_id=account.person_id))
