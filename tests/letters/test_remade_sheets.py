"""Who finds a sheet that was spoiled or refused can ask what it was: it opens nothing, and its letter is elsewhere."""

from sqlalchemy import delete, select

from letters.models import Letter, RemadeSheet
from letters.print_room import batch_page
from letters.returns.finding import found
from letters.returns.recording import record
from shared.contracts.events import LetterReturned


async def look(world, named):
    async with world.database.unit_of_work() as work:
        return [(one.id, one.state, one.serial, one.remade) for one in await found(work, named)]


async def lines(world, batch):
    async with world.database.unit_of_work() as work:
        page = await batch_page(work, batch.batch_id)
    return [(one.place, one.mark, one.state) for one in page.letters]


async def test_a_spoiled_sheet_leads_to_what_became_of_its_letter(world, batch):
    spoiled = batch.letters[1]
    await world.receive(batch, "posted", spoiled_letter_ids=(spoiled.id,))
    for named in (spoiled.mark, f"{batch.serial}/2"):
        assert await look(world, named) == [(spoiled.id, "waiting", "", True)]
    await world.maker().make()
    again = (await world.offered())[-1]
    for named in (spoiled.mark, f"{batch.serial}/2"):
        assert await look(world, named) == [(spoiled.id, "batched", again.serial, True)]
    for named in (again.letters[0].mark, f"{again.serial}/1"):
        assert await look(world, named) == [(spoiled.id, "batched", again.serial, False)]
    states = ("posted", "spoiled", "posted")
    assert await lines(world, batch) == [
        (place, letter.mark, state) for place, (letter, state) in enumerate(zip(batch.letters, states, strict=True), 1)
    ]


async def test_every_sheet_of_a_refused_batch(world, batch):
    await world.receive(batch, "refused")
    for place, letter in enumerate(batch.letters, 1):
        assert await look(world, f"{batch.serial}/{place}") == [(letter.id, "waiting", "", True)]
    assert await lines(world, batch) == [(place, one.mark, "spoiled") for place, one in enumerate(batch.letters, 1)]


async def test_a_letter_that_was_spoiled_twice(world, batch):
    sheets = []
    for _ in range(2):
        await world.maker().make()
        offered = (await world.offered())[-1]
        sheets.append(offered.letters[0])
        await world.receive(offered, "posted", spoiled_letter_ids=(offered.letters[0].id,))
    assert sheets[0].id == sheets[1].id
    assert [await look(world, sheet.mark) for sheet in sheets] == [[(sheets[0].id, "waiting", "", True)]] * 2


async def test_one_that_was_posted_all_the_same_and_came_back(world, batch):
    spoiled, good, _ = batch.letters
    await world.receive(batch, "posted", spoiled_letter_ids=(spoiled.id,))
    async with world.database.unit_of_work() as work:
        told = await record(work, [spoiled.mark, good.mark, spoiled.mark], "unclaimed")
    assert [(one.outcome, one.letter_id) for one in told] == [
        ("remade", spoiled.id), ("recorded", good.id), ("repeated", spoiled.id),
    ]  # fmt: skip
    (event,) = await world.published(LetterReturned)
    assert event.letter_id == good.id
    assert {letter.returned_at for letter in await world.letters() if letter.id == spoiled.id} == {None}


async def test_it_goes_with_its_letter(world, batch):
    await world.receive(batch, "posted", spoiled_letter_ids=batch.letter_ids[:1])
    async with world.database.unit_of_work() as work:
        await work.session.execute(delete(Letter).where(Letter.id == batch.letter_ids[0]))
        assert (await work.session.scalars(select(RemadeSheet))).all() == []
    assert await look(world, batch.letters[0].mark) == []
