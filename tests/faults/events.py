"""A stream of events through the running system, with every effect counted where it happens: in the tables.

``activation`` says EmailConfirmed; ``member-space`` and ``registration`` write it down. A trigger notes every write, so that an
effect that happened twice is seen even where the second one changes nothing.
"""

import asyncio
import random
import re
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from sqlalchemy import select
from support.system import Running

from launcher import services
from shared.contracts.events import EmailConfirmed
from shared.database.engine import Database
from shared.database.failures import is_away
from shared.internal_http import internal_get
from shared.messaging.backoff import pauses
from shared.messaging.tables import outbox

EFFECTS = {"member-space": ("space", "member-space.email-confirmed"),
           "registration": ("account_state", "registration.account-state")}  # fmt: skip
"""Service → table that it writes, queue that it reads."""

_MESSAGES = re.compile(r'^espace_messages_total\{outcome="(\w+)",queue="(\S+)"\} (\S+)$', re.MULTILINE)
_WATCH = """
    create table if not exists watched (email text not null, person_id uuid not null);
    create or replace function watch() returns trigger language plpgsql security definer as
      $$ begin insert into public.watched values (new.email, new.person_id); return null; end $$;
    create or replace trigger watch after insert or update on {table} for each row execute function watch()
"""


class Flow:
    """EmailConfirmed events of people made for it."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.email = f"flow-{uuid4().hex[:12]}@exemple.fr"
        self.published = 0
        for service, (table, _) in EFFECTS.items():
            self._sql(service, _WATCH.format(table=table))
        self._duplicates_before = self._duplicates()

    async def publish(self, events: int, chance: random.Random) -> None:
        """Commit events to activation's outbox, some at a time; a database that is away is waited for."""
        database = Database(self.running.secret("activation", "database_url"), "flow")
        try:
            while self.published < events:
                some = min(chance.randint(1, 40), events - self.published)
                await self._commit(database, [self._event() for _ in range(some)])
                self.published += some
        finally:
            await database.close()

    async def _commit(self, database: Database, events: list[EmailConfirmed]) -> None:
        """One transaction, done once: when its COMMIT is not answered, the outbox tells whether it holds."""
        ids: list[UUID] = []
        waits = pauses(most=1.0)
        while True:
            try:
                async with database.unit_of_work() as work:
                    held = await work.session.scalar(select(outbox.c.id).where(outbox.c.id.in_(ids)).limit(1))
                    if held is None:
                        ids = await work.publish(*events)
            except Exception as error:
                if not is_away(error):
                    raise
                await asyncio.sleep(next(waits))
            else:
                return

    async def until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait on a condition, with a bound; what was seen last is in the error."""
        try:
            async with asyncio.timeout(seconds):
                while not await asyncio.to_thread(condition):
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"after {seconds} s: {self.published} published, {self._counts()}") from None

    async def all_handled(self, seconds: float) -> None:
        """Wait until every published event has its effect in both services."""
        await self.until(lambda: self.handled() == self.published, seconds)

    def handled(self) -> int:
        """Events whose effect both services have written down."""
        return min(distinct for _, distinct in self._counts().values())

    def lost(self) -> int:
        """Effects that did not happen."""
        return sum(self.published - distinct for _, distinct in self._counts().values())

    def doubled(self) -> int:
        """Effects that happened again."""
        return sum(writes - distinct for writes, distinct in self._counts().values())

    def again(self) -> int:
        """Messages delivered again and recognised, over all replicas that live since the flow began."""
        return self._duplicates() - self._duplicates_before

    def writes(self) -> Counter[tuple[str, str]]:
        """Service and person → how often it has written down something about the person, whoever told it."""
        query = "select person_id from watched"
        return Counter((service, person) for service in EFFECTS for person in self._sql(service, query).split())

    def waiting(self) -> int:
        """Rows of activation's outbox that have not left."""
        return int(self._sql("activation", "select count(*) from outbox where published_at is null"))

    def _event(self) -> EmailConfirmed:
        return EmailConfirmed(
            person_id=uuid4(), account_id=uuid4(), civility="Mme", given_name="Essai", family_name="Flux", email=self.email
        )  # fmt: skip

    def _counts(self) -> dict[str, tuple[int, int]]:
        query = f"select count(*), count(distinct person_id) from watched where email = '{self.email}'"
        found = {service: self._sql(service, query).split("|") for service in EFFECTS}
        return {service: (int(writes), int(distinct)) for service, (writes, distinct) in found.items()}

    def _sql(self, service: str, query: str) -> str:
        return self.running.system.postgres.sql(query, database=services.package(service))

    def _duplicates(self) -> int:
        return sum(handled(self.running, service, queue).get("duplicate", 0) for service, (_, queue) in EFFECTS.items())


def handled(running: Running, service: str, queue: str) -> dict[str, int]:
    """What became of the messages of a queue (``espace_messages_total``), over all replicas of its service."""
    each = [handled_by(running, replica)[queue] for replica in services.replicas(running.places, service)]
    return {outcome: sum(one[outcome] for one in each) for outcome in set().union(*each)}


def handled_by(running: Running, replica: str) -> defaultdict[str, Counter[str]]:
    """Queue → what became of its messages at one replica."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for outcome, queue, count in _MESSAGES.findall(metrics(running, replica)):
        found[queue][outcome] += int(float(count))
    return found


def metrics(running: Running, replica: str) -> str:
    """What a replica says on its /metrics."""
    return internal_get(f"{running.system.address(replica)}/metrics", 10).text


async def until(condition: Callable[[], Awaitable[bool]], seconds: float, what: str) -> None:
    """Wait on a condition, with a bound."""
    try:
        async with asyncio.timeout(seconds):
            while not await condition():
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise AssertionError(f"not within {seconds} s: {what}") from None
