"""A request becomes a waiting letter, once, and without a password."""

from letters.handlers import on_account_requested
from shared.messaging.tables import outbox


async def test_a_request_becomes_a_waiting_letter(world):
    (event,) = await world.ask()
    (letter,) = await world.letters()
    assert letter.state == "waiting"
    assert letter.request_id == event.request_id
    assert letter.person_id == event.person_id
    assert letter.number_fingerprints == list(event.number_fingerprints)
    assert letter.address_lines == list(event.address_lines)
    assert letter.birth_date == event.birth_date
    assert letter.password_hash is None
    assert letter.batch_id is None


async def test_a_request_told_twice_is_one_letter(world):
    (event,) = await world.ask()
    async with world.database.unit_of_work() as work:
        await on_account_requested(event, work)
    assert len(await world.letters()) == 1


async def test_two_requests_of_a_person_are_two_letters(world):
    (event,) = await world.ask()
    await world.ask(person_id=event.person_id)
    assert len(await world.letters()) == 2


async def test_nothing_is_published_yet(world):
    await world.ask()
    async with world.database.unit_of_work() as work:
        assert (await work.session.execute(outbox.select())).all() == []
