"""Mail that comes back: recorded once, told once, by whatever the scanner or a person makes of the mark."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from letters.__main__ import commands
from letters.canary.kind import CANARY
from letters.erasing import ERASED
from letters.models import Letter
from letters.returns.recording import record
from shared.contracts.events import LetterReturned
from shared.contracts.letter_mark import generate_mark


@pytest.fixture
async def posted(world, batch):
    await world.receive(batch, "posted")
    return batch


async def scan(world, *marks, reason="unknown-at-address"):
    async with world.database.unit_of_work() as work:
        return [one.outcome for one in await record(work, marks, reason)]


async def test_a_letter_that_came_back_is_told_once(world, posted):
    mark = posted.letters[1].mark
    before = datetime.now(UTC)
    assert await scan(world, mark) == ["recorded"]
    assert await scan(world, mark, reason="refused") == ["known"]
    (told,) = await world.published(LetterReturned)
    letter = next(one for one in await world.letters() if one.mark == mark)
    assert (told.letter_id, told.request_id, told.person_id) == (letter.id, letter.request_id, letter.person_id)
    assert (told.reason, told.email, told.posted_at) == ("unknown-at-address", letter.email, letter.posted_at)
    assert before <= told.returned_at == letter.returned_at
    assert told.sealed_tracking == letter.sealed_tracking == "k1:c2VhbGVk"
    assert "Garnier" not in told.model_dump_json()


async def test_however_it_was_scanned_or_typed(world, posted):
    first, second, third = (letter.mark for letter in posted.letters)
    typed = f" {second[:5].lower()} {second[5:].lower().replace('0', 'o').replace('1', 'l')}\n"
    assert await scan(world, first, typed, f"{third[:4]}-{third[4:]}", first) == ["recorded"] * 3 + ["repeated"]
    assert len(await world.published(LetterReturned)) == 3


async def test_what_can_not_be_recorded_says_why_and_keeps_the_others(world, posted):
    good = posted.letters[0].mark
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    strange = "01234567890123456789012345678901234567890123456789012345678901234567890"
    async with world.database.unit_of_work() as work:
        told = await record(work, [wrong, generate_mark(), strange, "", good], "other")
    assert [one.outcome for one in told] == ["mistyped", "unknown", "mistyped", "mistyped", "recorded"]
    assert [len(one.given) for one in told] == [10, 10, 60, 0, 10]
    assert [one.letter_id is None for one in told] == [True, True, True, True, False]


async def test_a_letter_that_was_not_posted_yet(world, batch):
    mark = batch.letters[0].mark
    assert await scan(world, mark) == ["not-posted"]
    await world.receive(batch, "posted")
    assert await scan(world, mark) == ["recorded"], "once the print shop has said so"


async def test_a_letter_that_is_nobodys_any_more_is_noted_and_nobody_told(world, posted):
    first, second, _ = (letter.mark for letter in posted.letters)
    async with world.database.unit_of_work() as work:
        await work.session.execute(update(Letter).where(Letter.mark == first).values(dict(ERASED)))
        await work.session.execute(update(Letter).where(Letter.mark == second).values(purpose=CANARY))
    assert await scan(world, first, second) == ["recorded", "recorded"]
    assert await world.published(LetterReturned) == []


async def test_twenty_scans_at_once_tell_it_once(world, posted):
    marks = [letter.mark for letter in posted.letters]
    outcomes = await asyncio.gather(*(scan(world, *marks[at % 3 :], *marks[: at % 3]) for at in range(20)))
    assert sorted(outcome for told in outcomes for outcome in told) == ["known"] * 57 + ["recorded"] * 3
    assert len(await world.published(LetterReturned)) == 3


@pytest.fixture
def run(world, monkeypatch, command_settings):
    for name, value in {**command_settings, "DATABASE_URL": world.database.url}.items():
        monkeypatch.setenv(name, value)
    return lambda *words: asyncio.to_thread(CliRunner().invoke, commands, ["returned", *words])


async def test_a_file_of_marks(world, posted, run, tmp_path):
    marks = [letter.mark for letter in posted.letters]
    file = tmp_path / "retours.csv"
    file.write_text(f"\ufeff{marks[0]}\n\n{marks[1]};inconnu\n{marks[0]}\n", encoding="utf-8")
    done = await run(str(file), "unclaimed")
    assert (done.exit_code, done.output) == (0, "2 recorded, 1 repeated\n")
    again = await run(str(file), "unclaimed")
    assert (again.exit_code, again.output) == (0, "2 known, 1 repeated\n")
    assert {one.reason for one in await world.published(LetterReturned)} == {"unclaimed"}
    file.write_text(f"{marks[2]}\nNIMPORTE\n")
    partly = await run(str(file), "other")
    assert (partly.exit_code, partly.output) == (1, "mistyped    NIMPORTE\n1 recorded, 1 mistyped\n")
    file.write_text("\n")
    assert (await run(str(file), "other")).output == "no mark in the file\n"
    assert (await run(str(file), "lost")).exit_code == 2
