"""What becomes of a letter before it is printed is told: once for each, in the transaction that changes it."""

from datetime import timedelta
from uuid import uuid4

import pytest

from letters.batches import claims
from letters.batches.store import ClaimLostError, store
from letters.reconciliation.receipts import MOST_REFUSALS
from shared.contracts.events import LetterBatched, LetterParked, LetterPrinted


async def test_every_letter_of_a_batch_is_told(world):
    asked = await world.ask(2)
    await world.maker().make()
    (batch,), told = await world.offered(), await world.published(LetterBatched)
    letters = {letter.request_id: letter for letter in await world.letters()}
    assert [(one.request_id, one.person_id) for one in told] == [(one.request_id, one.person_id) for one in asked]
    assert {one.letter_id for one in told} == set(batch.letter_ids) == {letter.id for letter in letters.values()}
    assert {(one.batch_id, one.serial) for one in told} == {(batch.batch_id, batch.serial)}
    (row,) = await world.batches()
    assert {one.batched_at for one in told} == {row.closed_at}


async def test_a_spoiled_letter_is_told_again_with_its_next_batch(world):
    await world.ask(1)
    await world.maker().make()
    (batch,) = await world.offered()
    await world.receive(batch, "posted", spoiled_letter_ids=batch.letter_ids)
    assert await world.published(LetterPrinted) == []
    await world.maker().make()
    first, second = await world.published(LetterBatched)
    assert first.letter_id == second.letter_id
    assert first.batch_id != second.batch_id


async def test_a_letter_that_does_not_fit_is_told_by_a_code_alone(world):
    (asked,) = await world.ask(1, address_lines=("1 rue du Secret" * 4, "75001 Paris"))
    await world.maker().make()
    (parked,) = await world.published(LetterParked)
    (letter,) = await world.letters()
    assert (parked.person_id, parked.request_id, parked.letter_id) == (asked.person_id, asked.request_id, letter.id)
    assert parked.reason == letter.reason == "line-too-long"
    assert "Secret" not in parked.model_dump_json()
    assert await world.published(LetterBatched) == []


async def test_a_letter_that_the_print_shop_keeps_refusing_is_told_without_its_words(world):
    await world.ask(1)
    for turn in range(MOST_REFUSALS + 1):
        await world.maker().make()
        batch = (await world.offered())[-1]
        assert await world.published(LetterParked) == [], turn
        await world.receive(batch, "refused", reason="jammed on Mme Garnier")
    (parked,) = await world.published(LetterParked)
    assert parked.reason == "refused-by-print-shop"
    assert "Garnier" not in parked.model_dump_json()
    assert len(await world.published(LetterBatched)) == MOST_REFUSALS + 1


async def test_a_batch_that_is_not_stored_is_not_told(world, closing_rules):
    await world.ask(1)
    maker = world.maker()
    async with world.database.unit_of_work() as work:
        held = await claims.claim(work, uuid4(), closing_rules(max_age=timedelta(0)))
    made = await maker._made(uuid4(), held, maker._times(work.now))
    with pytest.raises(ClaimLostError):
        async with world.database.unit_of_work() as work:
            await store(work, made, maker._signing_keys)
    assert await world.published(LetterBatched) == []
