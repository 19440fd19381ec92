"""The reminder of a letter: once, half-way, of the newest good letter, while it still helps."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from support.messaging import until

from activation import reminders
from activation.models import ProvisionalLetter
from activation.recovery import recovery_letters
from shared.contracts.events import LetterReminderDue
from shared.contracts.provisional_password import generate
from shared.database.engine import Database

from .recovery_steps import letter_asked
from .test_letter_returned import hear, returned

__all__ = ["hear"]

MANY = 250


def ago(**past) -> datetime:
    return datetime.now(UTC) - timedelta(**past)


@pytest.fixture
def posted(world):
    """``await posted(days=12)``: a letter that was posted so long ago, with 21 days in all."""

    async def post(days=12.0, validity=21, at=None, **changed):
        at = at or ago(days=days)
        letter = world.printed(generate(), posted_at=at, valid_until=at + timedelta(days=validity), **changed)
        await world.receive(letter)
        return letter

    return post


@pytest.fixture
def reminded(world):
    """``await reminded()``: the ids of the letters that owners are reminded of now, in order."""

    async def run():
        before = len(await world.events("letter-reminder-due"))
        while await reminders.remind(world.database):
            pass
        return [event["letter_id"] for event in (await world.events("letter-reminder-due"))[before:]]

    return run


@pytest.mark.parametrize(
    ("days", "validity", "is_due"),
    [
        (0, 21, False), (10.4, 21, False), (10.6, 21, True), (18.9, 21, True), (19.1, 21, False), (21.1, 21, False),
        (14.9, 30, False), (15.1, 30, True), (27.9, 30, True), (28.1, 30, False),
        (2, 3, False),
    ],
)  # fmt: skip
async def test_half_of_the_time_is_over_and_two_days_are_left(posted, reminded, days, validity, is_due):
    letter = await posted(days, validity)
    assert await reminded() == [str(letter.letter_id)] * is_due


@pytest.mark.parametrize("tracking", ["n1:c2VhbGVk", None])
async def test_what_is_told(world, posted, reminded, tracking):
    letter = await posted(sealed_tracking=tracking)
    await reminded()
    (told,) = await world.events("letter-reminder-due")
    same = {"person_id", "request_id", "letter_id", "email", "posted_at", "valid_until", "purpose", "sealed_tracking"}
    assert LetterReminderDue.received(told) == LetterReminderDue(**letter.model_dump(include=same))
    (row,) = await world.rows(ProvisionalLetter)
    assert ago(minutes=1) < row.reminded_at < datetime.now(UTC)


async def test_once_a_letter_and_again_for_a_later_one(posted, reminded):
    person_id = uuid4()
    first = await posted(18, person_id=person_id)
    assert await reminded() == [str(first.letter_id)]
    assert await reminded() == []
    second = await posted(12, person_id=person_id)
    assert await reminded() == [str(second.letter_id)]
    assert await reminded() == []


async def test_of_several_the_newest_alone(posted, reminded):
    person_id = uuid4()
    await posted(16, person_id=person_id)
    newest = await posted(12, person_id=person_id)
    await posted(14, person_id=person_id)
    assert await reminded() == [str(newest.letter_id)]
    assert await reminded() == []


async def test_not_of_an_older_one_while_the_newest_has_time(posted, reminded):
    person_id = uuid4()
    await posted(16, person_id=person_id)
    await posted(3, person_id=person_id)
    assert await reminded() == []


async def test_two_that_left_at_the_same_moment_are_told_of_once(posted, reminded):
    person_id, at = uuid4(), ago(days=12)
    letters = {str((await posted(person_id=person_id, at=at)).letter_id) for _ in range(2)}
    (told,) = await reminded()
    assert told in letters
    assert await reminded() == []


async def test_an_older_one_that_is_good_when_the_newest_came_back(posted, reminded, hear):
    person_id = uuid4()
    older = await posted(16, person_id=person_id)
    newest = await posted(12, person_id=person_id)
    await hear(returned(newest))
    assert await reminded() == [str(older.letter_id)]


async def test_nobody_is_reminded_of_an_older_one_after_the_newest(posted, reminded, hear):
    person_id = uuid4()
    await posted(16, person_id=person_id)
    newest = await posted(12, person_id=person_id)
    assert await reminded() == [str(newest.letter_id)]
    await hear(returned(newest))
    assert await reminded() == []


@pytest.mark.parametrize("state", ["used", "void"])
async def test_not_of_one_that_opens_nothing(world, posted, reminded, state):
    await posted()
    await world.sql("update provisional_letter set state = :state", state=state)
    assert await reminded() == []


async def test_not_of_one_whose_account_was_confirmed_meanwhile(world, posted, reminded):
    """Also should its row have slipped through, as one that was heard of while the account was being confirmed."""
    person_id = await world.confirmed()
    await world.sql("delete from provisional_letter")
    await posted(person_id=person_id)
    await world.sql("update provisional_letter set state = 'valid'")
    assert await reminded() == []
    await world.sql("update account set confirmed_at = null")
    assert len(await reminded()) == 1, "an account that nobody has confirmed needs its letter"


@pytest.mark.parametrize("ended", ["activated_at", "frozen_at", "closed_at"])
@pytest.mark.parametrize("purpose", ["activation", "recovery"])
async def test_not_of_one_that_was_overtaken(world, posted, reminded, ended, purpose):
    person_id = await world.confirmed()
    await world.sql("delete from provisional_letter")
    await world.sql("update account set confirmed_at = null, activated_at = now() - interval '40 days'")
    asked_at = ago(days=13)
    await posted(person_id=person_id, requested_at=asked_at, purpose=purpose)
    await world.sql(f"update account set {ended} = :at", at=asked_at + timedelta(days=1))
    await world.sql("update provisional_letter set state = 'valid'")
    assert await reminded() == []
    await world.sql(f"update account set {ended} = :at", at=asked_at - timedelta(days=1))
    assert len(await reminded()) == 1, "what came before the request does not count"


async def test_of_one_of_recovery_unless_it_was_disavowed(world, posted, reminded):
    person_id = await world.confirmed()
    first, second = [(await letter_asked(world, person_id)).request_id for _ in range(2)]
    letter = await posted(14, person_id=person_id, request_id=first, purpose="recovery")
    assert await reminded() == [str(letter.letter_id)]
    await posted(12, person_id=person_id, request_id=second, purpose="recovery")
    async with world.database.unit_of_work() as work:
        await recovery_letters.void(work, person_id, until=work.now)
    assert await reminded() == []


async def test_one_that_somebody_holds_is_left_to_the_next_time(world, posted, reminded):
    await posted()
    async with world.database.unit_of_work() as activating:
        await activating.session.execute(text("select from provisional_letter for update"))
        async with asyncio.timeout(10):
            assert await reminded() == []
    assert len(await reminded()) == 1


async def test_after_an_outage_replicas_together_tell_of_each_once_and_of_none_that_is_about_to_end(world, posted):
    """Half of them have waited too long."""
    await posted(12)
    kept = (
        "request_id, number_fingerprints, civility, given_name, family_name, birth_date, email, password_hash, purpose"
    )
    late = "n % 2 * interval '8 days'"
    await world.sql(
        f"""insert into provisional_letter
              (letter_id, person_id, {kept}, state, wrong_attempts, posted_at, valid_until)
            select gen_random_uuid(), gen_random_uuid(), {kept}, state, 0, posted_at - {late}, valid_until - {late}
            from provisional_letter, generate_series(1, {2 * MANY}) n"""
    )
    databases = [Database(world.settings.database_url, f"replica {place}") for place in range(3)]

    async def work_off(database: Database) -> None:
        while await reminders.remind(database):
            pass

    await asyncio.gather(*(work_off(database) for database in databases))
    await asyncio.gather(*(work_off(database) for database in databases))
    for database in databases:
        await database.close()
    told = [event["letter_id"] for event in await world.events("letter-reminder-due")]
    in_time = {str(row.letter_id) for row in await world.rows(ProvisionalLetter) if row.posted_at > ago(days=13)}
    assert (len(in_time), len(told), set(told)) == (MANY + 1, MANY + 1, in_time)


async def test_what_is_not_published_is_not_marked(world, posted, reminded):
    await posted()
    await world.sql("alter table outbox add constraint nothing_leaves check (false) not valid")
    with pytest.raises(IntegrityError, match="nothing_leaves"):
        await reminded()
    assert [row.reminded_at for row in await world.rows(ProvisionalLetter)] == [None]
    await world.sql("alter table outbox drop constraint nothing_leaves")
    assert len(await reminded()) == 1


@pytest.mark.timeout(120)
async def test_the_running_service_reminds(make_world, broker_url):
    world = make_world(broker_url=broker_url("activation"))
    await world.letter(posted_at=ago(days=12))
    async with world.app.router.lifespan_context(world.app):

        async def told() -> bool:
            return bool(await world.events("letter-reminder-due"))

        await until(told)
