"""People use the whole system while its broker takes nothing; who notices, and what it costs."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

from faults.events import EFFECTS, Flow, handled
from faults.seen import Sight, looking, outboxes
from faults.web import Web
from support.outcomes import Outcome, record
from support.system import Running

from launcher import mail_store, services
from launcher.story import Journey

EVENTS = 300
REQUESTS = 150
DRAINED = 60
"""Seconds after the outage until nothing waits in an outbox; a relay's longest pause is 12 s."""
SLOWEST = 20
"""Seconds that a request may take, on a machine with much else to do."""


@dataclass(frozen=True)
class Outage:
    """An outage by its name, and what lasts as long as it; ``noticed`` tells from the replicas' ``/readyz`` when it is seen."""

    fault: str
    case: str
    lasting: Callable[[], AbstractAsyncContextManager[None]]
    noticed: Callable[[dict[str, bool]], bool]
    seconds: float = 0


class Story:
    """Somebody with a letter in hand, somebody with a link, others who ask, one who reads; and events."""

    def __init__(self, running: Running, web: Web, chance: random.Random) -> None:
        self.running, self.web, self.chance = running, web, chance
        self.flow = Flow(running)
        self.sights: list[Sight] = []
        self.kept = 0
        """Events that waited in the outbox at the end of the outage."""
        self._with_letter, self._with_link = web.ask(), web.ask()

    def survive(self, outage: Outage) -> None:
        """Live through it: nothing lost, nothing doubled, nobody turned away, nothing started again."""
        pids, costs = self.running.pids(), self._costs()
        self._prepare()
        with self.web.busy(pause=0.7):
            waited, drained, back = self.running.do(self._last(outage), 400)
        self.running.do(self.flow.all_handled(60))
        self.running.do(self.flow.until(self.web.all_served, 120))
        recovery, served, answers = time.monotonic() - back, self.web.served(), self.web.answers
        lost = self.flow.lost() + sum(count == 0 for count in served.values())
        doubled = self.flow.doubled() + sum(max(0, count - 1) for count in served.values())
        case = (
            f"{outage.case} for {waited:.0f} s, {answers.total()} requests, slowest {answers.slowest:.1f} s,"
            f" outboxes empty after {drained:.0f} s"
        )
        events, again = self.flow.published + len(served), self.flow.again()
        seen = record(Outcome(outage.fault, case, events, lost, doubled, again, recovery))
        assert (seen.lost, seen.doubled) == (0, 0)
        assert (answers.failed, {status // 100 for status in answers.statuses}) == ([], {2, 3})
        assert answers.slowest < SLOWEST
        self._was_ready_all_the_time()
        assert self._costs() == costs, "the outage cost messages an attempt"
        assert self.running.pids() == pids, "a service had to be started again"
        self._arrive()

    async def _last(self, outage: Outage) -> tuple[float, float, float]:
        answers, flow = self.web.answers, self.flow
        async with outage.lasting():
            began, answered = time.monotonic(), answers.total()
            async with looking(self.running, "registration") as self.sights:
                await flow.publish(EVENTS, self.chance)
                await asyncio.to_thread(self._meanwhile)
                await flow.until(lambda: outage.noticed(self.sights[-1].broker), 60)
                await flow.until(lambda: time.monotonic() - began > outage.seconds, outage.seconds + 10)
                await flow.until(lambda: answers.total() - answered >= REQUESTS, 60)
            waited, self.kept = time.monotonic() - began, flow.waiting()
        back = time.monotonic()
        await flow.until(lambda: outboxes(self.running) == 0, DRAINED)
        return waited, time.monotonic() - back, back

    def _prepare(self) -> None:
        self.running.do(self.flow.until(self.web.all_served, 90))
        for journey in (self._with_letter, self._with_link):
            journey.receive_letter()
            journey.receive_notice()
        self._with_link.activate()
        self._with_link.receive_confirmation()

    def _meanwhile(self) -> None:
        self._with_letter.activate()
        self._with_link.confirm()
        self._with_link.sign_in()

    def _was_ready_all_the_time(self) -> None:
        assert {sight.site for sight in self.sights} == {200}
        assert {status for sight in self.sights for status in sight.ready.values()} == {200}
        assert self.sights[0].waiting < self.sights[-1].waiting
        assert self.kept >= EVENTS

    def _arrive(self) -> None:
        """Who was on the way in goes on where they were, and was told everything once."""
        self._with_letter.receive_confirmation()
        self._with_letter.confirm()
        self._with_letter.sign_in()
        for journey in (self._with_letter, self._with_link):
            journey.see_space()
            told = self._told(journey)
            assert (len(told), set(told.values())) == (2, {1}), told

    def _told(self, journey: Journey) -> Counter[str]:
        return Counter(mail.subject for mail in mail_store.newest(self.running.places.mail, journey.email))

    def _costs(self) -> dict[str, int]:
        return {service: attempts(self.running, service) for service in EFFECTS}


def attempts(running: Running, service: str) -> int:
    """Messages that took a delayed tier or became dead letters."""
    told = handled(running, service, EFFECTS[service][1])
    return told.get("retried", 0) + told.get("dead", 0)


def all_away(broker: dict[str, bool]) -> bool:
    """Whether every replica of every service says that the broker is away."""
    return not any(broker.values())


def publishers_away(broker: dict[str, bool]) -> bool:
    """Whether the replicas say so that had something to publish: a broker that blocks tells nobody else."""
    return not any(
        answers for name, answers in broker.items() if services.service_of(name) in {"registration", "activation"}
    )
