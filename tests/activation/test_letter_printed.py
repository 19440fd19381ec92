"""What becomes of a printed letter here: kept once, usable, or void from the start."""

import asyncio
from uuid import uuid4

from activation.models import LetterState, ProvisionalLetter
from shared.contracts.provisional_password import generate, grouped


async def test_a_letter_is_kept_with_what_activation_needs(world):
    event = world.printed(generate())
    await world.receive(event)
    (letter,) = await world.rows(ProvisionalLetter)
    for name in (
        "letter_id",
        "request_id",
        "person_id",
        "civility",
        "given_name",
        "family_name",
        "birth_date",
        "email",
    ):
        assert getattr(letter, name) == getattr(event, name)
    assert tuple(letter.number_fingerprints) == event.number_fingerprints
    assert (letter.password_hash, letter.valid_until, letter.posted_at) == (
        event.password_hash,
        event.valid_until,
        event.posted_at,
    )
    assert (letter.state, letter.wrong_attempts) == (LetterState.VALID, 0)


async def test_the_same_letter_again_changes_nothing(world, visitor):
    password = generate()
    event = world.printed(password)
    await asyncio.gather(*(world.receive(event) for _ in range(5)))
    await visitor.activate(provisional_password=grouped(password))
    await world.receive(event)
    (letter,) = await world.rows(ProvisionalLetter)
    assert letter.state == LetterState.USED


async def test_a_letter_for_a_confirmed_account_is_void(world, visitor):
    person_id = await world.confirmed()
    typed = await world.letter(person_id=person_id)
    assert {letter.state for letter in await world.rows(ProvisionalLetter)} == {LetterState.USED, LetterState.VOID}
    assert (await visitor.activate(provisional_password=typed)).status_code == 422


async def test_letters_still_open_end_with_the_confirmation(world):
    person_id = uuid4()
    await world.visitor().activate(provisional_password=await world.letter(person_id=person_id))
    await world.letter(person_id=person_id)
    visitor = world.visitor()
    await visitor.get(f"/compte/confirmer?jeton={await world.newest_token()}")
    await visitor.fill("/compte/confirmer")
    states = [letter.state for letter in await world.rows(ProvisionalLetter)]
    assert sorted(states) == [LetterState.USED, LetterState.VOID]
