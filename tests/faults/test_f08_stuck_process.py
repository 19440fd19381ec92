"""F8: every handler of one replica hangs in the database. It takes no more, does not grow, and ends in time when told to."""

import asyncio
import time
from pathlib import Path

import pytest
from faults.events import EFFECTS, Flow
from faults.seen import ready
from faults.whole import administrator
from support.messaging import depth, until
from support.outcomes import Outcome, record

from shared.messaging.consumer import PREFETCH

GROWTH = 4 * 1024
"""KiB. Messages that it took into its memory would be some 30 KiB each."""
STOPS_WITHIN = 20.0
PROGRESS = 500
"""Events that the other replica handles meanwhile. Not all: what hangs for over two minutes is buried as a bug."""
STUCK, OTHER = "member-space", "member-space-2"
TABLE, QUEUE = EFFECTS[STUCK]
HANG = """
    create table hanging as select true as so;
    create function hang() returns trigger language plpgsql security definer as $$ begin
      while new.family_name = 'Hangt' and exists (select from public.hanging) loop perform pg_sleep(0.1); end loop;
      return new;
    end $$;
    create trigger hang before insert on space for each row execute function hang()
"""
MEND = "delete from hanging"
FORGET = "drop trigger hang on space; drop function hang; drop table hanging"


class Hanging(Flow):
    """Events whose handlers hang."""

    def _event(self):
        return super()._event().model_copy(update={"family_name": "Hangt"})


@pytest.fixture
def flows(running):
    """Events that are handled and events that hang; one replica runs."""
    sql, flows = running.system.postgres.sql, (Flow(running), Hanging(running))
    running.do(running.system.end(OTHER))
    sql(HANG, database="member_space")
    yield flows
    for statements in (MEND, FORGET):
        sql(statements, database="member_space")
    for name in (STUCK, OTHER):
        if name not in running.system.children:
            running.do(running.system.begin(name))
    running.do(running.system.healthy())


@pytest.mark.timeout(600)
@pytest.mark.parametrize("backlog", [1000, pytest.param(5000, marks=pytest.mark.soak)])
def test_a_process_whose_handlers_hang_holds_a_prefetch_and_ends_in_time(running, flows, chance, backlog):
    (flow, hanging), child = flows, running.system.children[STUCK]

    async def play() -> tuple[float, float, int]:
        async with administrator(running) as channel:
            await hanging.publish(PREFETCH, chance)
            await until(lambda: in_hand(running, PREFETCH), 30)
            small = memory(child.pid)
            await flow.publish(backlog, chance)
            await until(lambda: has_come(channel, backlog), 180)
            growth = memory(child.pid) - small
            assert await in_hand(running, PREFETCH)
            await running.system.begin(OTHER)
            await ready(running, OTHER)
            await flow.until(lambda: flow.handled() >= PROGRESS, 90)
        began = time.monotonic()
        await running.system.end(STUCK)
        stopped = time.monotonic() - began
        running.system.postgres.sql(MEND, database="member_space")
        mended = time.monotonic()
        await hanging.all_handled(300)
        await flow.all_handled(300)
        return stopped, time.monotonic() - mended, growth

    stopped, recovery, growth = running.do(play(), 580)
    lost, doubled = flow.lost() + hanging.lost(), flow.doubled() + hanging.doubled()
    case = f"a hanging process, ended in {stopped:.1f} s, grown by {growth} KiB"
    seen = record(Outcome("F8", case, backlog + PREFETCH, lost, doubled, None, recovery))
    assert (seen.lost, seen.doubled) == (0, 0)
    assert growth < GROWTH
    assert stopped < STOPS_WITHIN
    assert child.status == 0


async def in_hand(running, messages):
    """Whether the broker says that so many messages are with the replica."""
    told = await asyncio.to_thread(running.system.rabbit.queue, QUEUE)
    return told.get("messages_unacknowledged") == messages


async def has_come(channel, messages):
    """Whether so many wait."""
    return await depth(channel, QUEUE) == messages


def memory(pid):
    """Resident memory of a process, in KiB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
