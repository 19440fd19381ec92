"""24 hours of worked time from the request to the mail that says that its letter has left: measured, and warned of."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from sqlalchemy import text
from structlog.testing import capture_logs

from letters import promise
from letters.alerts import Watch
from letters.returns.recording import record
from shared.contracts.events import LetterPrinted, MailGivenUp, MailSent
from shared.contracts.working_days import WorkingDays
from shared.messaging.envelope import open_envelope
from shared.messaging.tables import outbox

EVERY_DAY = WorkingDays.parse("mon-sun,holidays")
WEEK = WorkingDays.parse("mon-fri")
HOUR = timedelta(hours=1)


async def post(world):
    await world.maker().make()
    for batch in await world.offered():
        await world.receive(batch, "posted")
    async with world.database.unit_of_work() as work:
        bodies = await work.session.scalars(
            outbox.select()
            .with_only_columns(outbox.c.body)
            .where(outbox.c.type == LetterPrinted.type())
            .order_by(outbox.c.position)
        )
        return [open_envelope(body).id for body in bodies]  # fmt: skip


def mail(cause, sent_at=None, template="letter-posted"):
    return MailSent(
        person_id=uuid4(), delivery_id=uuid4(), template=template, caused_by=cause, sent_at=sent_at or datetime.now(UTC)
    )


def given_up(cause):
    return MailGivenUp(
        person_id=uuid4(), delivery_id=uuid4(), template="letter-posted", caused_by=cause, reason="refused",
        given_up_at=datetime.now(UTC),
    )  # fmt: skip


async def hear(world, event, days=EVERY_DAY):
    async with world.database.unit_of_work() as work:
        if isinstance(event, MailSent):
            await promise.mail_sent(event, work, days)
        else:
            await promise.mail_given_up(event, work)


async def state(world, days=EVERY_DAY):
    async with world.database.unit_of_work() as work:
        return await promise.state(work, days)


async def test_kept_and_broken_are_told_apart_to_the_second(world):
    asked = datetime.now(UTC) - 30 * HOUR
    await world.ask(3, requested_at=asked)
    causes = await post(world)
    for cause, took in zip(causes, (24 * HOUR, 24 * HOUR + timedelta(seconds=1), HOUR), strict=True):
        await hear(world, mail(cause, asked + took))
    told = await state(world)
    assert (told.kept, told.broken, told.slowest_seconds, told.typical_seconds) == (2, 1, 86401, 86400)
    assert told.near == []


async def test_days_on_which_nobody_works_do_not_count(world):
    friday = datetime(2026, 11, 27, 17, tzinfo=UTC)
    with time_machine.travel(friday, tick=True):
        await world.ask(1, requested_at=friday)
    with time_machine.travel(friday + timedelta(days=3), tick=True):
        assert (await state(world, WEEK)).near[0].broken is False, "Monday, at the same time"
        (cause,) = await post(world)
        await hear(world, mail(cause, friday + timedelta(days=3)), WEEK)
        assert (await state(world, WEEK)).slowest_seconds == 86400


async def test_a_mail_told_twice_or_of_another_kind_is_measured_once(world):
    await world.ask(1)
    (cause,) = await post(world)
    await hear(world, mail(cause, template="letter-reminder"))
    await hear(world, mail(uuid4()))
    assert (await state(world)).kept == 0
    await hear(world, mail(cause))
    await hear(world, mail(cause, datetime.now(UTC) + 48 * HOUR))
    assert (await state(world)).kept == 1


@pytest.mark.parametrize(
    ("hours", "near", "broken"), [(19.9, 0, False), (20.1, 1, False), (23.9, 1, False), (24.1, 1, True)]
)
async def test_warned_of_before_the_end_wherever_the_letter_is(world, hours, near, broken):
    await world.ask(1, requested_at=datetime.now(UTC) - hours * HOUR)
    for step in ("waiting", "batched", "posted"):
        told = await state(world)
        assert [(one.step, one.broken) for one in told.near] == [(step, broken)] * near
        assert told.broken == broken
        if step == "waiting":
            await world.maker().make()
        elif step == "batched":
            (batch,) = await world.offered()
            await world.receive(batch, "posted")
    (cause,) = await post(world)
    await hear(world, mail(cause))
    assert (await state(world)).near == []


async def test_the_nearest_to_its_end_comes_first_and_parked_ones_are_there(world):
    await world.ask(1, requested_at=datetime.now(UTC) - 21 * HOUR)
    await world.ask(1, requested_at=datetime.now(UTC) - 26 * HOUR, address_lines=("1 rue X", "Paris"))
    await world.maker().make()
    assert [(one.step, one.broken) for one in (await state(world)).near] == [("parked", True), ("waiting", False)]


async def test_a_mail_that_was_given_up_breaks_it_and_is_awaited_no_more(world):
    await world.ask(1, requested_at=datetime.now(UTC) - 21 * HOUR)
    (cause,) = await post(world)
    for _ in range(2):
        await hear(world, given_up(cause))
    told = await state(world)
    assert (told.kept, told.broken, told.near, told.slowest_seconds) == (0, 1, [], 0)


async def test_nothing_is_awaited_of_a_letter_that_came_back(world):
    await world.ask(2, requested_at=datetime.now(UTC) - 25 * HOUR)
    await post(world)
    letters = await world.letters()
    async with world.database.unit_of_work() as work:
        await record(work, [letters[0].mark], "unclaimed")
    assert [one.request_id for one in (await state(world)).near] == [letters[1].request_id]


async def test_alerts(world, signing_keys):
    watch = Watch(EVERY_DAY, canary=False)

    async def raised():
        async with world.database.unit_of_work() as work:
            return await watch.alerts(work)

    assert await raised() == []
    await world.ask(1, requested_at=datetime.now(UTC) - 21 * HOUR)
    assert await raised() == ["letters-promise-near"]
    await world.ask(1, requested_at=datetime.now(UTC) - 25 * HOUR)
    await world.maker().make()
    (batch,) = await world.offered()
    await world.receive(batch, "posted", letters=1)
    async with world.database.unit_of_work() as work:
        await work.session.execute(text("update print_batch set post_on = current_date - 2"))
    assert await raised() == [
        "letters-promise-broken", "letters-promise-near", "letters-count-doubt", "letters-batch-overdue",
    ]  # fmt: skip
    look = watch.looking(world.database)
    with capture_logs() as logs:
        assert [await look(), await look()] == [False, False]
    warned = [line["reason"] for line in logs if line["event"] == "print room alert"]
    assert warned == await raised(), "once for each, when it is raised"
