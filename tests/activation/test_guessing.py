"""Guessing over many accounts is seen, however little each account is tried."""

from uuid import uuid4

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from activation import guessing
from activation.guessing import ALERT, Failures, GuessingWatch
from activation.journal import Kind, note_ids
from activation.staff.journal import Kind as StaffKind
from activation.staff.journal import note as staff_note
from shared.observability.logs import ALLOWED

THRESHOLD = 3


def test_more_than_the_threshold_is_spread():
    assert [Failures(accounts, 0, 99).is_spread(30) for accounts in (0, 30, 31)] == [False, False, True]


async def fail(world, *who, kind=Kind.SIGN_IN_FAILED, known=False):
    async with world.database.unit_of_work() as work:
        for one in who:
            note_ids(work, kind, one if known else None, None, None if known else f"f:{one}")


async def told(world) -> tuple[list[dict], list[str], dict[str, float]]:
    """What a look says to the log, to the operations page and to the metrics."""
    watch = GuessingWatch(world.parts.database, THRESHOLD)
    with capture_logs() as lines:
        await watch.look()
    async with world.database.unit_of_work() as work:
        codes = await watch.alerts(work)
    names = ("accounts", "unknown", "alert")
    return lines, codes, {name: REGISTRY.get_sample_value(f"espace_guessing_{name}") for name in names}


async def test_it_is_quiet_up_to_the_threshold(world):
    # many failures of few accounts are for the limits of each account
    await fail(world, *["a", "b", "c"] * 20)
    assert await told(world) == ([], [], {"accounts": 3, "unknown": 3, "alert": 0})


async def test_it_is_told_above_with_counts_only_and_ends_when_it_ends(world):
    known = uuid4()
    await fail(world, "a", "b", "c")
    await fail(world, known, known=True)
    lines, codes, metrics = await told(world)
    expected = {
        "event": "guessing over many accounts",
        "log_level": "warning",
        "accounts": 4,
        "unknown": 3,
        "failures": 4,
    }
    assert (lines, codes) == ([expected], [ALERT])
    assert expected.keys() - {"log_level"} <= ALLOWED, "what the log would leave out"
    assert metrics == {"accounts": 4, "unknown": 3, "alert": 1}
    await world.sql("alter table security_event disable trigger security_event_kept")
    await world.sql("update security_event set at = at - interval '10 minutes'")
    assert await told(world) == ([], [], {"accounts": 0, "unknown": 0, "alert": 0})


@pytest.mark.parametrize("kind", guessing.COUNTED)
async def test_every_secret_that_can_be_guessed_counts(world, kind):
    await fail(world, *(uuid4() for _ in range(4)), kind=kind, known=True)
    assert (await told(world))[1] == [ALERT]


async def test_the_staffs_accounts_count_too(world):
    async with world.database.unit_of_work() as work:
        for one in range(4):
            staff_note(work, StaffKind.REFUSED, None, subject=f"f:staff{one}")
    assert (await told(world))[1] == [ALERT]


async def test_neither_successes_nor_other_lines_hide_or_raise_it(world):
    await fail(world, *(uuid4() for _ in range(9)), kind=Kind.SIGNED_IN, known=True)
    assert (await told(world))[1] == []
    people = [uuid4() for _ in range(4)]
    await fail(world, *people, known=True)
    for kind in (Kind.SIGNED_IN, Kind.NEW_DEVICE):
        await fail(world, *people, kind=kind, known=True)
    assert (await told(world))[1] == [ALERT]


async def test_real_sign_ins_of_a_real_visitor_are_counted_at_two_replicas(make_world, plain):
    world = make_world(guessing_alert_accounts=THRESHOLD)
    await world.confirmed()
    visitor = world.visitor()
    for name in ("jeanne", "paul", "luc", "anne"):
        answer = await visitor.sign_in(email=f"{name}@exemple.fr", password="mauvais mot de passe")
        assert answer.status_code == 422
    await visitor.sign_in()
    first, second = (GuessingWatch(world.parts.database, world.settings.guessing_alert_accounts) for _ in range(2))
    async with world.database.unit_of_work() as work:
        assert [await one.alerts(work) for one in (first, second)] == [[ALERT], [ALERT]]
        found = await guessing.failures(work)
    assert (found.accounts, found.unknown, found.failures) == (4, 3, 4)


async def test_the_end_is_told_once(world):
    watch = GuessingWatch(world.parts.database, THRESHOLD)
    await fail(world, "a", "b", "c", "d")
    await watch.look()
    await world.sql("alter table security_event disable trigger security_event_kept")
    await world.sql("update security_event set at = at - interval '10 minutes'")
    with capture_logs() as lines:
        await watch.look()
        await watch.look()
    assert [line["event"] for line in lines] == ["guessing over many accounts has ended"]
