"""What the print shop says, in any order and as often as it likes."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from support.forgetting import forget

from letters.parked import by_reason, parked_letters, release
from letters.provisional_validity import day_in_paris, end_of_day
from letters.retention import rules
from letters.upkeep import measure
from shared.contracts.events import LetterPrinted
from shared.contracts.postal_zone import PostalZone
from shared.contracts.print_batch import PrintBatch
from shared.messaging.failures import PermanentError


@pytest.fixture
async def batch(world):
    await world.ask(2)
    await world.ask(1, postal_zone=PostalZone.OVERSEAS, address_lines=("97400 Saint-Denis",), civility="")
    await world.maker().make()
    (made,) = await world.published(PrintBatch)
    return made


async def state(world):
    (row,) = await world.batches()
    return row.state


async def test_taken_then_printed(world, batch):
    await world.receive(batch, "taken")
    assert await state(world) == "taken"
    hashes = {letter.id: letter.password_hash for letter in await world.letters()}
    await world.receive(batch, "printed")
    assert await state(world) == "printed"
    told = await world.published(LetterPrinted)
    assert [one.letter_id for one in told] == list(batch.letter_ids)
    letters = {letter.id: letter for letter in await world.letters()}
    for one in told:
        letter = letters[one.letter_id]
        assert one.password_hash == hashes[letter.id]
        assert (one.request_id, one.person_id, one.email) == (letter.request_id, letter.person_id, letter.email)
        assert list(one.number_fingerprints) == letter.number_fingerprints
        assert one.birth_date == letter.birth_date
        assert (one.requested_at, one.posted_at) == (letter.requested_at, letter.posted_at)
        days = 30 if letter.postal_zone == "overseas" else 21
        assert one.valid_until == end_of_day(day_in_paris(one.posted_at) + timedelta(days=days))
        assert letter.state == "posted"
        assert letter.password_hash is None, "handed over: erased here"


async def test_printed_before_taken_and_everything_twice(world, batch):
    for outcome in ("printed", "taken", "printed", "taken"):
        await world.receive(batch, outcome)
    assert await state(world) == "printed"
    assert len(await world.published(LetterPrinted)) == 3
    (row,) = await world.batches()
    assert row.taken_at is not None


async def test_spoiled_letters_wait_again_and_get_another_password(world, batch, hasher):
    spoiled = batch.letter_ids[1]
    old = next(letter.password_hash for letter in await world.letters() if letter.id == spoiled)
    for _ in range(2):
        await world.receive(batch, "printed", spoiled_letter_ids=(spoiled,))
    assert len(await world.published(LetterPrinted)) == 2
    letter = next(letter for letter in await world.letters() if letter.id == spoiled)
    assert (letter.state, letter.password_hash, letter.batch_id) == ("waiting", None, None)
    assert await world.maker().make() is True
    again = (await world.published(PrintBatch))[1]
    assert again.letter_ids == (spoiled,)
    letter = next(letter for letter in await world.letters() if letter.id == spoiled)
    assert letter.password_hash not in {None, old}


async def test_printed_again_with_other_spoiled_letters_is_a_contradiction(world, batch):
    await world.receive(batch, "printed")
    with pytest.raises(PermanentError, match="other spoiled"):
        await world.receive(batch, "printed", spoiled_letter_ids=batch.letter_ids[:1])


async def test_a_spoiled_letter_of_another_batch(world, batch):
    with pytest.raises(PermanentError, match="not of this batch"):
        await world.receive(batch, "printed", spoiled_letter_ids=(uuid4(),))
    assert await state(world) == "offered"
    assert await world.published(LetterPrinted) == []


async def test_unknown_batch_and_wrong_run(world, batch):
    with pytest.raises(PermanentError, match="no such batch"):
        await world.receive(batch, "printed", batch_id=uuid4())
    with pytest.raises(PermanentError, match="run 2 of a batch in run 1"):
        await world.receive(batch, "printed", run=2)


@pytest.mark.parametrize(("first", "then"), [("printed", "refused"), ("refused", "printed")])
async def test_printed_and_refused_exclude_each_other(world, batch, first, then):
    await world.receive(batch, first)
    with pytest.raises(PermanentError):
        await world.receive(batch, then)
    assert await state(world) == first


async def test_refused_letters_are_made_again_three_times_then_parked(world, batch):
    for refusals in (1, 2, 3):
        offered = (await world.published(PrintBatch))[-1]
        for _ in range(2):
            await world.receive(offered, "refused", reason="hash\ndoes not match")
        assert {(letter.state, letter.refusals) for letter in await world.letters()} == {("waiting", refusals)}
        assert {letter.password_hash for letter in await world.letters()} == {None}
        assert await world.maker().make() is True
    await world.receive((await world.published(PrintBatch))[-1], "refused", reason="hash\ndoes not match")
    letters = await world.letters()
    assert {letter.state for letter in letters} == {"parked"}
    assert {letter.reason for letter in letters} == {"print shop: hash does not match"}
    assert await world.maker().make() is False
    assert await world.files() == 0, "a refused batch is not kept"
    assert await world.published(LetterPrinted) == []
    assert len({offered.serial for offered in await world.published(PrintBatch)}) == 4


async def test_parked_letters_can_be_released(world):
    await world.ask(1, address_lines=("1 rue X", "Paris"))
    await world.maker().make()
    async with world.database.unit_of_work() as work:
        assert by_reason(await parked_letters(work)) == [("postcode-line-wrong", 1)]
        assert await release(work, "another reason") == 0
        assert await release(work, "postcode-line-wrong") == 1
    (letter,) = await world.letters()
    assert (letter.state, letter.reason) == ("waiting", "")


@pytest.mark.parametrize("told", [timedelta(days=-400), timedelta(days=400)])
async def test_a_foolish_clock_at_the_print_shop_is_bounded(world, batch, told):
    before = datetime.now(UTC)
    (row,) = await world.batches()
    await world.receive(batch, "printed", at=before + told)
    for one in await world.published(LetterPrinted):
        assert row.closed_at <= one.posted_at <= datetime.now(UTC)


async def test_the_sealed_file_is_erased_in_time_after_posting(world, batch, letter_settings):
    await forget(world.database, rules(letter_settings(print_file_keep_days=0)))
    assert await world.files() == 1, "not posted yet"
    await world.receive(batch, "printed")
    await forget(world.database, rules(letter_settings()))
    assert await world.files() == 1
    await forget(world.database, rules(letter_settings(print_file_keep_days=0)))
    assert await world.files() == 0


async def test_measures(world, batch):
    from letters.metrics import LETTERS, OLDEST_WAITING

    await world.ask(1)
    assert await measure(world.database) is False
    figures = {state: LETTERS.labels(state)._value.get() for state in ("waiting", "batched", "parked")}
    assert figures == {"waiting": 1, "batched": 3, "parked": 0}
    assert OLDEST_WAITING._value.get() > 0
