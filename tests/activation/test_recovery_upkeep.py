"""What recovery leaves in the tables: nothing of an account that is closed, nothing for ever."""

import pytest
from support.forgetting import forget

from activation.models import Account, DisavowalToken, EmailChange, RecoveryRequest, ResetToken, SecondStep
from activation.retention import rules

from .recovery_rows import OF_THE_ACCOUNT, filled
from .recovery_steps import EMAIL, closed, letter_asked, letter_printed, new_link


@pytest.mark.parametrize("table", [*OF_THE_ACCOUNT, DisavowalToken])
async def test_closing_leaves_nothing_that_lets_in(world, table):
    person_id = await world.confirmed()
    (account,) = await world.rows(Account)
    await letter_asked(world, person_id)
    await filled(world, account.id)
    assert await world.rows(table)
    await closed(world, person_id)
    assert await world.rows(table) == []


async def test_a_letter_asked_for_after_the_closing_opens_a_closed_account_and_one_of_before_does_not(world, visitor):
    person_id = await world.confirmed()
    (account,) = await world.rows(Account)
    before = await letter_printed(world, await letter_asked(world, person_id))
    on_its_way = await letter_asked(world, person_id)
    await closed(world, person_id)
    for typed in (before, await letter_printed(world, on_its_way)):
        assert (await visitor.activate(provisional_password=typed)).status_code == 422
    after = await letter_printed(world, await letter_asked(world, person_id))
    assert (await visitor.activate(provisional_password=after)).status_code == 303
    (again,) = await world.rows(Account)
    assert (again.id, again.closed_at, again.email) == (account.id, None, EMAIL)


async def test_old_links_and_requests_are_forgotten(world):
    person_id = await world.confirmed()
    (account,) = await world.rows(Account)
    await letter_asked(world, person_id)
    await new_link(world)
    await filled(world, account.id)
    await forget(world.parts.database, rules(world.settings))
    kept = (ResetToken, DisavowalToken, EmailChange, SecondStep, RecoveryRequest)
    assert [len(await world.rows(table)) for table in kept] == [2, 2, 1, 1, 1]
    await world.sql("update second_step set expires_at = now() - interval '2 days'")
    for table in ("reset_token", "disavowal_token", "email_change"):
        await world.sql(f"update {table} set expires_at = now() - interval '29 days'")
    await forget(world.parts.database, rules(world.settings))
    assert [len(await world.rows(table)) for table in kept] == [2, 2, 1, 0, 1]
    for table in ("reset_token", "disavowal_token", "email_change"):
        await world.sql(f"update {table} set expires_at = now() - interval '31 days'")
    await world.sql("update recovery_request set requested_at = now() - interval '91 days'")
    await forget(world.parts.database, rules(world.settings))
    assert [len(await world.rows(table)) for table in kept] == [0] * 5
