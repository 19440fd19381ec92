"""A letter of recovery opens a confirmed or frozen account anew, unless its owner said « ce n’était pas moi »."""

from datetime import timedelta
from uuid import uuid4

from activation.models import Account, DisavowalToken, LetterState, ProvisionalLetter, RecoveryRequest
from shared.security.assertions import HEADER

from .recovery_rows import OF_THE_ACCOUNT, filled
from .recovery_steps import CHECK, EMAIL, NEW_PASSWORD, frozen, kinds, letter_asked, letter_printed, report


async def test_the_owner_is_told_once_that_a_letter_was_asked_for(world):
    person_id = await world.confirmed()
    event = await letter_asked(world, person_id, times=2)
    (told,), (row,) = await world.events("security-changed"), await world.rows(RecoveryRequest)
    assert (told["change"], told["email"]) == ("recovery-letter-asked", EMAIL)
    assert told["sealed_token"] is not None
    assert (row.request_id, row.voided_at) == (event.request_id, None)
    assert (await kinds(world)).count("recovery-letter-asked") == 1


async def test_nobody_is_told_at_an_address_that_was_never_confirmed(world, visitor):
    person_id = uuid4()
    await visitor.activate(provisional_password=await world.letter(person_id=person_id))
    await letter_asked(world, person_id)
    await letter_asked(world, uuid4())
    assert await world.events("security-changed") == []


async def test_it_opens_a_confirmed_account_anew(world, visitor, fields):
    person_id = await world.confirmed()
    (before,) = await world.rows(Account)
    signed_in = world.visitor()
    await signed_in.sign_in()
    for _ in range(6):
        await world.visitor().sign_in(password="quatre vaches bleues nagent")
    await filled(world, before.id)
    typed = await letter_printed(world, await letter_asked(world, person_id))
    chosen = {
        "email": "nouvelle@exemple.fr",
        "password": NEW_PASSWORD,
        "secret_question": "plat",
        "secret_answer": "Gratin",
    }
    answer = await visitor.activate(provisional_password=typed, **chosen)
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte/cree")
    (after,) = await world.rows(Account)
    assert (after.id, after.email, after.secret_question) == (before.id, "nouvelle@exemple.fr", "plat")
    assert after.confirmed_at is after.frozen_at is None
    assert after.secret_answer_hash != before.secret_answer_hash
    assert [await world.rows(table) for table in OF_THE_ACCOUNT] == [[]] * len(OF_THE_ACCOUNT)
    assert HEADER not in (await signed_in.get(CHECK)).headers
    told = (await world.events("security-changed"))[-1]
    assert (told["change"], told["email"]) == ("account-recovered", EMAIL)
    assert [row.change for row in await world.rows(DisavowalToken)] == ["account-recovered"]
    assert "recovered" in await kinds(world)

    await visitor.get(f"/compte/confirmer?jeton={await world.newest_token()}")
    assert (await visitor.fill("/compte/confirmer")).status_code == 303
    assert [event["email"] for event in await world.events("email-confirmed")] == [EMAIL, "nouvelle@exemple.fr"]
    assert (await world.visitor().sign_in("nouvelle@exemple.fr", NEW_PASSWORD)).status_code == 303
    assert (await world.visitor().activate(provisional_password=typed)).status_code == 422, "it is good once"


async def test_who_was_locked_out_signs_in_at_once(world, visitor):
    person_id = await world.confirmed()
    await visitor.sign_in(password="quatre vaches bleues nagent")
    await world.sql("update sign_in_attempts set in_a_row = 100 where in_a_row > 0")
    assert (await visitor.sign_in()).status_code == 429
    typed = await letter_printed(world, await letter_asked(world, person_id))
    await visitor.activate(provisional_password=typed, password=NEW_PASSWORD)
    await visitor.get(f"/compte/confirmer?jeton={await world.newest_token()}")
    await visitor.fill("/compte/confirmer")
    assert (await visitor.sign_in(password=NEW_PASSWORD)).status_code == 303


async def test_an_ordinary_letter_still_opens_no_confirmed_account(world, visitor):
    """Not one printed before the confirmation, nor one after."""
    person_id = uuid4()
    early = await world.letter(person_id=person_id)
    await world.confirmed(person_id=person_id)
    await world.sql("update provisional_letter set state = 'valid' where state = 'void'")
    late = await world.letter(person_id=person_id)
    for typed in (early, late):
        assert (await visitor.activate(provisional_password=typed, email="x@exemple.fr")).status_code == 422
    assert [account.email for account in await world.rows(Account)] == [EMAIL]


async def test_a_disavowal_ends_the_letter_whether_printed_or_not(world):
    person_id = await world.confirmed()
    first = await letter_asked(world, person_id)
    in_the_post = await letter_printed(world, first)
    on_its_way = await letter_asked(world, person_id)
    await report(world, await world.token_in("security-changed"))
    late = await letter_printed(world, on_its_way)
    assert {one.state for one in await world.rows(ProvisionalLetter)} == {LetterState.USED, LetterState.VOID}
    for typed in (in_the_post, late):
        answer = await world.visitor().activate(provisional_password=typed, email="voleur@exemple.fr")
        assert answer.status_code == 422
    assert [account.email for account in await world.rows(Account)] == [EMAIL]
    assert [row.voided_at is not None for row in await world.rows(RecoveryRequest)] == [True, True]


async def test_a_letter_that_slipped_in_at_the_same_moment_opens_nothing(world, visitor):
    person_id = await world.confirmed()
    typed = await letter_printed(world, await letter_asked(world, person_id))
    await report(world, await world.token_in("security-changed"))
    await world.sql("update provisional_letter set state = 'valid' where purpose = 'recovery'")
    assert (await visitor.activate(provisional_password=typed, email="voleur@exemple.fr")).status_code == 422


async def test_a_request_heard_of_after_the_disavowal_that_came_later(world, visitor):
    account = await frozen(world)
    event = await letter_asked(world, account.person_id, at=account.frozen_at - timedelta(minutes=5))
    assert [row.voided_at is not None for row in await world.rows(RecoveryRequest)] == [True]
    assert (await visitor.activate(provisional_password=await letter_printed(world, event))).status_code == 422


async def test_a_letter_asked_for_later_opens_the_frozen_account(world, visitor):
    account = await frozen(world)
    event = await letter_asked(world, account.person_id)
    told = (await world.events("security-changed"))[-1]
    assert (told["change"], told["sealed_token"]) == ("recovery-letter-asked", None), "that mailbox may be the thief's"
    typed = await letter_printed(world, event)
    chosen = {"email": "nouvelle@exemple.fr", "password": "cinq canards jaunes volent"}
    assert (await visitor.activate(provisional_password=typed, **chosen)).status_code == 303
    (after,) = await world.rows(Account)
    assert (after.frozen_at, after.email) == (None, "nouvelle@exemple.fr")
    told = (await world.events("security-changed"))[-1]
    assert (told["change"], told["email"], told["sealed_token"]) == ("account-recovered", EMAIL, None)
    assert await world.rows(DisavowalToken) == [], "no link of before freezes it again"
    await visitor.get(f"/compte/confirmer?jeton={await world.newest_token()}")
    await visitor.fill("/compte/confirmer")
    assert (await visitor.sign_in("nouvelle@exemple.fr", chosen["password"])).status_code == 303


async def test_the_address_of_another_person_is_answered_as_ever(world, visitor):
    person_id = await world.confirmed()
    await world.confirmed("paul@exemple.fr", number="222222")
    typed = await letter_printed(world, await letter_asked(world, person_id))
    answer = await visitor.activate(provisional_password=typed, email="paul@exemple.fr")
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte/cree")
    assert {account.confirmed_at is not None for account in await world.rows(Account)} == {True}
    assert (await visitor.sign_in()).status_code == 303, "nothing was replaced"
