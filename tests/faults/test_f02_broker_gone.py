"""F2: the broker is gone while people use the site: they notice nothing, and what it should have been told arrives later."""

import asyncio
import time
from collections import Counter

import pytest
from faults.events import Flow
from faults.seen import looking, outboxes
from support.outcomes import Outcome, record

from launcher import mail_store

EVENTS = 300
REQUESTS = 150
RECOVERY = 60
"""Seconds after the broker is back until nothing waits in an outbox; a relay's longest pause is 12 s."""


def test_people_use_the_site_while_the_broker_is_gone_for_a_moment(running, web, chance):
    survive(running, web, chance, kill=chance.random() < 0.5, seconds=0)


@pytest.mark.soak
@pytest.mark.timeout(600)
@pytest.mark.parametrize("kill", [False, True], ids=["stopped", "killed"])
def test_people_use_the_site_while_the_broker_is_gone_for_a_minute(running, web, chance, kill):
    survive(running, web, chance, kill=kill, seconds=60)


def survive(running, web, chance, *, kill, seconds):
    """An outage of that many seconds, and of ``REQUESTS`` answered requests at least."""
    flow, pids = Flow(running), running.pids()
    with_letter, with_link = web.ask(), web.ask()
    for journey in (with_letter, with_link):
        journey.receive_letter()
        journey.receive_notice()
    with_link.activate()
    with_link.receive_confirmation()

    def meanwhile():
        with_letter.activate()
        with_link.confirm()
        with_link.sign_in()

    async def play():
        await running.system.end("rabbitmq", kill=kill)
        down, answered = time.monotonic(), web.answers.total()
        async with looking(running, "registration") as sights:
            await flow.publish(EVENTS, chance)
            await asyncio.to_thread(meanwhile)
            await flow.until(lambda: time.monotonic() - down > seconds, seconds + 10)
            await flow.until(lambda: web.answers.total() - answered >= REQUESTS, 60)
        waited, kept = time.monotonic() - down, flow.waiting()
        await running.system.begin("rabbitmq")
        back = time.monotonic()
        await flow.until(lambda: outboxes(running) == 0, RECOVERY)
        return sights, kept, waited, time.monotonic() - back, back

    with web.busy(pause=0.5):
        sights, kept, waited, drained, back = running.do(play(), 400)
    running.do(flow.all_handled(60))
    running.do(flow.until(web.all_served, 120))
    recovery = time.monotonic() - back
    served = web.served()
    lost = flow.lost() + sum(count == 0 for count in served.values())
    doubled = flow.doubled() + sum(max(0, count - 1) for count in served.values())
    how = "killed" if kill else "stopped"
    case = f"broker {how} for {waited:.0f} s, {web.answers.total()} requests, outboxes empty after {drained:.0f} s"
    seen = record(Outcome("F2", case, EVENTS + len(served), lost, doubled, flow.again(), recovery))
    assert (seen.lost, seen.doubled) == (0, 0)
    assert (web.answers.failed, {status // 100 for status in web.answers.statuses}) == ([], {2, 3})
    assert {sight.site for sight in sights} == {200}
    assert {status for sight in sights for status in sight.ready.values()} == {200}
    assert not any(away for sight in sights[1:] for away in sight.broker.values()), "it was gone, said some not"
    assert sights[0].waiting < sights[-1].waiting
    assert kept >= EVENTS
    assert running.pids() == pids, "a service had to be started again"
    arrive(running, with_letter, with_link)


def arrive(running, with_letter, with_link):
    """Who was on the way in goes on where they were, and was told everything once."""
    with_letter.receive_confirmation()
    with_letter.confirm()
    with_letter.sign_in()
    for journey in (with_letter, with_link):
        journey.see_space()
        told = Counter(mail.subject for mail in mail_store.newest(running.places.mail, journey.email))
        assert (len(told), set(told.values())) == (2, {1}), told
