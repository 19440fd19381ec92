"""A day of the print room in simulated time: steady requests, a print shop that does everything that shops do, replicas of
the maker, the deadlines and the watch. At the end every letter has left once, and the paper opens what it should."""

import random
from collections import Counter
from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from support.seeds import PRINT_ROOM_SEED

from letters.alerts import Watch
from letters.models import BatchState
from letters.reconciliation.deadlines import offer_overdue
from shared.contracts.events import LetterPrinted
from shared.contracts.paris import PARIS
from shared.contracts.working_days import WorkingDays

from .fake_print_shop import HABITS, FakePrintShop, password_on

STEP = timedelta(minutes=30)
LETTERS_A_STEP = 8
"""Some 400 a day: a mutual of some hundred thousand members, on a busy day."""


@pytest.mark.parametrize(
    ("begin", "days"),
    [
        pytest.param(datetime(2026, 10, 24, 6, tzinfo=UTC), "mon-sun,holidays", id="clocks go back in the night"),
        pytest.param(datetime(2026, 12, 24, 6, tzinfo=UTC), "mon-fri", id="Christmas and a weekend"),
        pytest.param(
            datetime(2026, 3, 28, 6, tzinfo=UTC), "mon-sun,holidays", id="clocks go forward", marks=pytest.mark.soak
        ),
        pytest.param(datetime(2026, 11, 26, 6, tzinfo=UTC), "mon-fri", id="a weekday", marks=pytest.mark.soak),
    ],
)
async def test_a_day_of_steady_load(world, closing_rules, signing_keys, hasher, begin, days):
    shop = FakePrintShop(world, PRINT_ROOM_SEED)
    draw = random.Random(PRINT_ROOM_SEED)
    working = WorkingDays.parse(days)
    rules = closing_rules(
        most=40, max_age=timedelta(hours=2), cut_off=time(15, 30), days=working, taken_within=timedelta(hours=3)
    )
    makers = [world.maker(rules=rules) for _ in range(2)]
    watch, alerts, asked, now = Watch(working, canary=False), Counter(), 0, begin
    while True:
        with time_machine.travel(now, tick=False):
            if now < begin + timedelta(hours=24):
                asked += len(await world.ask(draw.randint(1, 2 * LETTERS_A_STEP - 1), requested_at=now))
            for maker in makers:
                while await maker.make():
                    pass
            while await offer_overdue(world.database, rules, signing_keys):
                pass
            await shop.work(now)
            async with world.database.unit_of_work() as work:
                alerts.update(await watch.alerts(work))
        letters = await world.letters()
        if now >= begin + timedelta(hours=24) and not shop.busy and {one.state for one in letters} == {"posted"}:
            break
        assert now < begin + timedelta(days=6), Counter(one.state for one in letters)
        now += STEP if now < begin + timedelta(hours=24) else timedelta(hours=1)

    assert set(shop.habits) == set(HABITS), f"PRINT_ROOM_SEED={PRINT_ROOM_SEED}"
    await every_letter_left_once(world, shop, hasher, asked)
    assert alerts["letters-count-doubt"] == 0, "each was settled by the right count within the step"
    if days == "mon-fri" and begin.month == 12:
        closed = [batch for batch in await world.batches() if batch.closed_at.astimezone(PARIS).day in {25, 26, 27}]
        assert {batch.letters for batch in closed} <= {rules.most}, "nobody works: only a full one closes"


async def every_letter_left_once(world, shop, hasher, asked):
    letters = await world.letters()
    told = {one.letter_id: one for one in await world.published(LetterPrinted)}
    assert len(letters) == len(told) == asked
    assert Counter(sheet.letter_id for sheet in shop.posted) == Counter(letter.id for letter in letters), (
        "one sheet each"
    )
    assert {sheet.mark for sheet in shop.posted} == {letter.mark for letter in letters}
    for sheet in shop.posted:
        assert await hasher.verify(told[sheet.letter_id].password_hash, password_on(sheet)), "the paper opens"
    batches = await world.batches()
    assert {batch.state for batch in batches} == {BatchState.POSTED, BatchState.REFUSED}
    assert sum(batch.state == BatchState.REFUSED for batch in batches) == shop.refused_batches > 0
    assert {batch.doubt for batch in batches} == {""}
    assert sum(len(batch.spoiled_letter_ids) for batch in batches) == len(shop.spoiled) > 0
    assert max(batch.run for batch in batches) > 1
