"""What the print shop says, in any order and as often as it likes, late and of earlier runs."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from support.forgetting import forget

from letters.alerts import Watch
from letters.handlers import on_uncounted_receipt
from letters.models import BatchState
from letters.parked import by_reason, parked_letters, release
from letters.provisional_validity import end_of_day
from letters.reconciliation.runs import offer_again
from letters.retention import rules
from shared.contracts.events import LetterPrinted
from shared.contracts.paris import day_in_paris
from shared.contracts.postal_zone import PostalZone
from shared.contracts.print_batch import PrintReceiptV1
from shared.contracts.working_days import WorkingDays
from shared.messaging.failures import PermanentError


@pytest.fixture
async def batch(world):
    await world.ask(2)
    await world.ask(1, postal_zone=PostalZone.OVERSEAS, address_lines=("97400 Saint-Denis",), civility="")
    await world.maker().make()
    (made,) = await world.offered()
    return made


async def row_of(world):
    (row,) = await world.batches()
    return row


async def state(world):
    return (await row_of(world)).state


async def run_again(world, keys):
    """Offer the only batch once more; the manifest of its new run."""
    (known,) = await world.batches()
    async with world.database.unit_of_work() as work:
        batch = await work.session.get(type(known), known.id, with_for_update=True)
        await offer_again(batch, work, keys, work.now + timedelta(hours=4), "not-taken")
    return (await world.offered())[-1]


async def test_taken_printed_then_posted(world, batch):
    await world.receive(batch, "taken")
    assert await state(world) == BatchState.TAKEN
    await world.receive(batch, "printed")
    row = await row_of(world)
    assert (row.state, row.doubt) == (BatchState.TAKEN, "")
    assert row.printed_at is not None
    assert await world.published(LetterPrinted) == [], "out of the printer is not with the post"
    hashes = {letter.id: letter.password_hash for letter in await world.letters()}
    await world.receive(batch, "posted")
    assert await state(world) == BatchState.POSTED
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
        printed = day_in_paris(one.posted_at) if letter.printed_until is None else letter.printed_until
        assert one.valid_until >= end_of_day(day_in_paris(one.posted_at) + timedelta(days=days))
        assert one.valid_until >= end_of_day(printed)
        assert letter.state == "posted"
        assert letter.password_hash is None, "handed over: erased here"


async def test_posted_at_first_and_everything_twice(world, batch):
    for outcome in ("posted", "taken", "printed", "posted", "taken", "printed"):
        await world.receive(batch, outcome)
    row = await row_of(world)
    assert (row.state, row.doubt) == (BatchState.POSTED, "")
    assert len(await world.published(LetterPrinted)) == 3
    assert row.taken_at is not None


async def test_spoiled_letters_wait_again_and_get_another_password_and_mark(world, batch, hasher):
    spoiled = batch.letter_ids[1]
    old = next(letter for letter in await world.letters() if letter.id == spoiled)
    for _ in range(2):
        await world.receive(batch, "posted", spoiled_letter_ids=(spoiled,))
    assert len(await world.published(LetterPrinted)) == 2
    letter = next(letter for letter in await world.letters() if letter.id == spoiled)
    assert (letter.state, letter.password_hash, letter.batch_id, letter.mark) == ("waiting", None, None, None)
    assert await world.maker().make() is True
    again = (await world.offered())[1]
    assert again.letter_ids == (spoiled,)
    letter = next(letter for letter in await world.letters() if letter.id == spoiled)
    assert letter.password_hash not in {None, old.password_hash}
    assert letter.mark not in {None, old.mark}


async def test_what_does_not_add_up_is_a_doubt_and_posts_nothing_until_it_does(world, batch):
    wrong = ({"letters": 2}, {"letters": 4}, {"letters": 3, "spoiled_letter_ids": batch.letter_ids[:1]})
    for counted in wrong:
        await world.receive(batch, "posted", **counted)
        row = await row_of(world)
        assert (row.state, row.doubt) == (BatchState.OFFERED, "posted-count")
    await world.receive(batch, "posted", spoiled_letter_ids=(uuid4(),))
    assert (await row_of(world)).doubt == "unknown-spoiled"
    assert await world.published(LetterPrinted) == []
    await world.receive(batch, "posted")
    row = await row_of(world)
    assert (row.state, row.doubt) == (BatchState.POSTED, ""), "the right count settles it"
    assert len(await world.published(LetterPrinted)) == 3
    steps = [note.step for note in await world.notes()]
    assert steps == ["offered", *["doubted"] * 4, "posted"]


@pytest.mark.parametrize(
    ("outcome", "changes", "doubt"),
    [
        ("taken", {"letters": 2}, "taken-count"),
        ("taken", {"sheets": 3}, "taken-count"),
        ("printed", {"sheets": 5}, "printed-count"),
    ],
)
async def test_other_counts_of_sheets_are_told_and_stop_nothing(world, batch, outcome, changes, doubt):
    await world.receive(batch, outcome, **changes)
    row = await row_of(world)
    assert (row.state, row.doubt) == (BatchState.TAKEN, doubt)
    await world.receive(batch, "posted")
    assert (await row_of(world)).doubt == ""


async def test_posted_again_with_other_spoiled_letters_is_a_doubt(world, batch):
    await world.receive(batch, "posted")
    await world.receive(batch, "posted", spoiled_letter_ids=batch.letter_ids[:1])
    assert (await row_of(world)).doubt == "posted-otherwise"
    assert len(await world.published(LetterPrinted)) == 3


async def test_unknown_batch_and_a_run_that_never_was(world, batch):
    with pytest.raises(PermanentError, match="no such batch"):
        await world.receive(batch, "posted", batch_id=uuid4())
    with pytest.raises(PermanentError, match="run 2 of a batch in run 1"):
        await world.receive(batch, "posted", run=2)


@pytest.mark.parametrize(
    ("first", "then", "doubt"),
    [("posted", "refused", "refused-after-posted"), ("refused", "posted", "posted-after-refused")],
)
async def test_posted_and_refused_exclude_each_other(world, batch, first, then, doubt):
    await world.receive(batch, first)
    before = await row_of(world)
    await world.receive(batch, then)
    row = await row_of(world)
    assert (row.state, row.doubt) == (before.state, doubt)


async def test_a_late_receipt_of_an_earlier_run_counts(world, batch, signing_keys):
    await run_again(world, signing_keys)
    await world.receive(batch, "posted", run=1)
    assert await state(world) == BatchState.POSTED
    assert len(await world.published(LetterPrinted)) == 3


async def test_two_runs_that_were_both_posted_are_told_to_people(world, batch, signing_keys):
    again = await run_again(world, signing_keys)
    now = datetime.now(UTC)
    await world.receive(batch, "posted", at=now)
    await world.receive(again, "posted", at=now)
    assert (await row_of(world)).doubt == "", "one posting, told for both runs"
    await world.receive(again, "posted", at=now + timedelta(minutes=5))
    assert (await row_of(world)).doubt == "", "this run was told before"
    assert len(await world.published(LetterPrinted)) == 3


async def test_another_run_posted_at_another_time_is_a_doubt(world, batch, signing_keys):
    again = await run_again(world, signing_keys)
    await world.receive(batch, "posted")
    await world.receive(again, "posted")
    assert (await row_of(world)).doubt == "posted-twice"
    assert len(await world.published(LetterPrinted)) == 3


async def test_an_earlier_run_that_is_refused_changes_nothing(world, batch, signing_keys):
    await run_again(world, signing_keys)
    await world.receive(batch, "refused", run=1, reason="not fetched")
    assert await state(world) == BatchState.OFFERED
    assert await world.files() == 1


async def test_refused_letters_are_made_again_three_times_then_parked(world, batch):
    for refusals in (1, 2, 3):
        offered = (await world.offered())[-1]
        for _ in range(2):
            await world.receive(offered, "refused", reason="hash\ndoes not match")
        assert {(letter.state, letter.refusals) for letter in await world.letters()} == {("waiting", refusals)}
        assert {letter.password_hash for letter in await world.letters()} == {None}
        assert await world.maker().make() is True
    await world.receive((await world.offered())[-1], "refused", reason="hash\ndoes not match")
    letters = await world.letters()
    assert {letter.state for letter in letters} == {"parked"}
    assert {letter.reason for letter in letters} == {"print shop: hash does not match"}
    assert await world.maker().make() is False
    assert await world.files() == 0, "a refused batch is not kept"
    assert await world.published(LetterPrinted) == []
    assert len({offered.serial for offered in await world.offered()}) == 4


@pytest.mark.parametrize("spoils", [False, True])
async def test_a_worker_that_counts_nothing_yet_is_understood(world, batch, spoils):
    spoiled = batch.letter_ids[:1] if spoils else ()
    for outcome in ("taken", "printed"):
        told = {"batch_id": batch.batch_id, "run": 1, "outcome": outcome, "at": datetime.now(UTC)}
        async with world.database.unit_of_work() as work:
            await on_uncounted_receipt(PrintReceiptV1(**told, spoiled_letter_ids=spoiled), work)
    row = await row_of(world)
    assert (row.state, row.doubt) == (BatchState.POSTED, "")
    assert len(await world.published(LetterPrinted)) == 3 - spoils


async def test_a_worker_that_counts_nothing_yet_and_batches_that_never_were(world, batch):
    told = PrintReceiptV1(batch_id=uuid4(), run=1, outcome="printed", at=datetime.now(UTC))
    with pytest.raises(PermanentError, match="no such batch"):
        async with world.database.unit_of_work() as work:
            await on_uncounted_receipt(told, work)


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
    row = await row_of(world)
    await world.receive(batch, "posted", at=before + told)
    for one in await world.published(LetterPrinted):
        assert row.closed_at <= one.posted_at <= datetime.now(UTC)


async def test_the_sealed_file_is_erased_in_time_after_posting(world, batch, letter_settings):
    await forget(world.database, rules(letter_settings(print_file_keep_days=0)))
    assert await world.files() == 1, "not posted yet"
    await world.receive(batch, "posted")
    await forget(world.database, rules(letter_settings()))
    assert await world.files() == 1
    await forget(world.database, rules(letter_settings(print_file_keep_days=0)))
    assert await world.files() == 0


async def test_measures(world, batch):
    from letters.metrics import LETTERS, OLDEST_WAITING

    await world.ask(1)
    assert await Watch(WorkingDays.parse("mon-fri"), canary=False).looking(world.database)() is False
    figures = {state: LETTERS.labels(state)._value.get() for state in ("waiting", "batched", "parked")}
    assert figures == {"waiting": 1, "batched": 3, "parked": 0}
    assert OLDEST_WAITING._value.get() > 0
