"""One test letter a working day to the staff's own address: nobody's, told to nobody, and its arrival is a measure."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from letters.alerts import Watch
from letters.canary import measuring
from letters.canary.asking import CanaryAddress, ask
from shared.contracts.events import EVENTS
from shared.contracts.paris import day_in_paris
from shared.contracts.working_days import WorkingDays

ADDRESS = CanaryAddress.parse("Service courrier MCV PAP|1 rue de l’Exemple|75000 Paris")
WEEK = WorkingDays.parse("mon-fri")
FRIDAY = datetime(2026, 11, 27, 9, tzinfo=UTC)


async def post(world):
    await world.maker().make()
    batch = (await world.offered())[-1]
    await world.receive(batch, "posted")
    return batch.letter_ids[0]


async def confirm(world, letter_id, day, who="Prénom Nom (1)"):
    async with world.database.unit_of_work() as work:
        return await measuring.confirm(work, letter_id, day, who)


async def state(world):
    async with world.database.unit_of_work() as work:
        return await measuring.state(work, WEEK, on=True)


async def test_one_a_working_day_however_often_it_is_asked_for(world):
    for days, expected in ((0, 1), (0, 1), (1, 1), (2, 1), (3, 2), (3, 2)):
        with time_machine.travel(FRIDAY + timedelta(days=days), tick=True):
            for _ in range(2):
                assert await ask(world.database, ADDRESS, WEEK) is False
        assert len(await world.letters()) == expected, days


async def test_it_is_printed_as_others_are_and_told_to_nobody(world):
    await ask(world.database, ADDRESS, WorkingDays.parse("mon-sun,holidays"))
    await world.ask(1)
    await world.maker().make()
    (batch,) = await world.offered()
    assert len(batch.letters) == 2
    await world.receive(batch, "posted")
    letters = {letter.purpose: letter for letter in await world.letters()}
    assert (letters["canary"].state, letters["canary"].password_hash) == ("posted", None)
    told = [one.person_id for kind in EVENTS for one in await world.published(kind)]
    assert set(told) == {letters["activation"].person_id}


async def test_a_receipt_measures_the_post_and_can_be_corrected(world):
    with time_machine.travel(FRIDAY, tick=True):
        await ask(world.database, ADDRESS, WEEK)
        letter_id = await post(world)
        (line,) = (await state(world)).letters
        assert (line.id, line.state, line.received_on, line.days) == (letter_id, "posted", None, None)
    with time_machine.travel(FRIDAY + timedelta(days=4), tick=True):
        assert await confirm(world, letter_id, date(2026, 12, 2)) == "future"
        assert await confirm(world, letter_id, date(2026, 11, 26)) == "not-posted"
        assert await confirm(world, letter_id, date(2026, 12, 1)) == ""
        assert await confirm(world, letter_id, date(2026, 11, 30)) == ""
        told = await state(world)
    assert (told.letters[0].received_on, told.letters[0].days, told.typical_days) == (date(2026, 11, 30), 3, 3)


async def test_only_a_canary_that_left_can_arrive(world):
    await world.ask(1)
    member = await post(world)
    assert await confirm(world, member, date(2026, 11, 27)) == "unknown"
    assert await confirm(world, uuid4(), date(2026, 11, 27)) == "unknown"
    await ask(world.database, ADDRESS, WorkingDays.parse("mon-sun,holidays"))
    waiting = next(letter for letter in await world.letters() if letter.purpose == "canary")
    assert await confirm(world, waiting.id, day_in_paris(datetime.now(UTC))) == "not-posted"


async def test_one_that_does_not_arrive_is_an_alert_until_a_later_one_does(world):
    watch = Watch(WEEK, canary=True)

    async def raised(days):
        with time_machine.travel(FRIDAY + timedelta(days=days), tick=True):
            async with world.database.unit_of_work() as work:
                return await watch.alerts(work)

    with time_machine.travel(FRIDAY, tick=True):
        await ask(world.database, ADDRESS, WEEK)
        await post(world)
    assert await raised(7) == [], "the fifth working day"
    assert await raised(10) == ["letters-canary-missing"]
    with time_machine.travel(FRIDAY + timedelta(days=3), tick=True):
        await ask(world.database, ADDRESS, WEEK)
        later = await post(world)
    with time_machine.travel(FRIDAY + timedelta(days=6), tick=True):
        assert await confirm(world, later, date(2026, 12, 3)) == ""
    assert await raised(10) == []


@pytest.mark.parametrize(
    "wrong", ["", "Service courrier", "Service courrier|Paris", "Service|" + "x" * 39 + "|75000 Paris"]
)
def test_an_address_that_no_letter_could_have_is_refused(wrong):
    with pytest.raises(ValueError, match="postcode town"):
        CanaryAddress.parse(wrong)
