"""What every service is made of: a database, a relay, consumers, background work and a web application around them."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import structlog
from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from shared.background import Periodic, Runner
from shared.contracts.event import Message
from shared.database.engine import Database
from shared.database.retention import Forgetting, Rule
from shared.messaging.broker import Broker
from shared.messaging.consumer import Consumer, Handler
from shared.messaging.kept import DEAD_LETTER_JOURNAL
from shared.messaging.relay import Relay
from shared.observability.requests import RequestLog
from shared.observability.trace_export import configure_traces
from shared.operations.router import operations_router
from shared.operations.staff_doors import StaffDoors
from shared.operations.state import Alerts
from shared.settings import ServiceSettings
from shared.web.health import Readiness, health_router
from shared.web.published_keys import PublishedKeys

STOP_SECONDS = 18.0
"""Within the 20 s of design §4; a platform that kills does so after 30 s."""

NO_TELEMETRY: TelemetryConfig = {
    "tracing": False, "metrics": False, "logs": False, "operation_spans": False, "auto_configure": False,
}  # fmt: skip
"""FastAPI's own would send paths, query strings and the words of exceptions to the collector that our spans go to."""

log = structlog.get_logger()


class Service:
    """Holds the parts of one service and gives them one beginning and one end.

    Beginning: everything starts at once and waits by itself for broker and database. End: unready, consumers stop and
    finish what they hold, other work ends, the relay finishes its batch, connections close.
    """

    def __init__(self, name: str, settings: ServiceSettings) -> None:
        self.name = name
        self.database = Database(settings.database_url, name)
        self.readiness = Readiness()
        self._settings = settings
        self._publishing = Broker(settings.broker_url, f"{name}: publish")
        self._consuming = Broker(settings.broker_url, f"{name}: consume")
        self._relay = Relay(self.database, self._publishing)
        self._consumers: list[Consumer] = []
        self._runners: list[Runner] = []
        self._alerts: list[Alerts] = []
        self.rules: tuple[Rule, ...] = ()

    def consume(self, queue: str, handlers: Mapping[type[Message], Handler]) -> None:
        """Consume a queue: ``handlers`` holds one async function ``(message, unit of work)`` per message type."""
        self._consumers.append(Consumer(queue, handlers, self.database, self._consuming, self._publishing))

    def run_beside(self, runner: Runner) -> None:
        """Run something for as long as the service runs."""
        self._runners.append(runner)

    def alert_by(self, alerts: Alerts) -> None:
        """Ask this, too, for what the operations page has to warn of. Before ``create_app``."""
        self._alerts.append(alerts)

    def forget(self, rules: Sequence[Rule]) -> None:
        """Forget what is past its term for as long as the service runs, and its part of the journal of dead letters."""
        self.rules = (*rules, DEAD_LETTER_JOURNAL)
        for seconds in sorted({rule.every for rule in self.rules}):
            forgetting = Forgetting(self.database, [rule for rule in self.rules if rule.every == seconds])
            self.run_beside(Periodic(f"retention every {seconds:g} s", seconds, forgetting))

    @property
    def consumed(self) -> dict[str, frozenset[type[Message]]]:
        """Queue name to the message types handled from it."""
        return {consumer.queue: consumer.message_types for consumer in self._consumers}

    def create_app(self) -> FastAPI:
        """The web application with health and metrics; pages and API are added by the caller."""
        app = FastAPI(
            title=self.name,
            lifespan=self._lifespan,
            docs_url=None,
            redoc_url=None,
            openapi_url=None,
            telemetry=NO_TELEMETRY,
            # the framework would send people to the host that the request names, which may be anybody's
            redirect_slashes=False,
        )
        app.state.trusted_proxies = self._settings.trusted_proxies
        checks = {"database": self.database.answers, "broker": self._broker_answers}
        # a broker that is away does not stop requests from being taken: the outbox keeps what they say
        app.include_router(health_router(checks, {"database"}, self.readiness))
        if self._settings.activation_keys_url:
            published = PublishedKeys(self._settings.activation_keys_url.split())
            app.state.staff_doors = StaffDoors(self.database, published)
            app.include_router(
                operations_router(
                    self.name, self._settings.broker_url, self.database, app.state.staff_doors, self._alerts
                )
            )
        app.add_middleware(RequestLog)
        return app

    async def _broker_answers(self) -> bool:
        await self._publishing.ensure_accepting()
        return True

    @asynccontextmanager
    async def _lifespan(self, _: FastAPI) -> AsyncIterator[None]:
        traces = configure_traces(self.name)
        first = [self._start(runner) for runner in (*self._consumers, *self._runners)]
        relay = self._start(self._relay)
        log.info("started")
        try:
            yield
        finally:
            self.readiness.stop()
            log.info("stopping")
            for runner in (*self._consumers, *self._runners):
                runner.stop()
            await _ended(first, STOP_SECONDS - 3)
            self._relay.stop()
            await _ended([relay], 3)
            last_spans = asyncio.create_task(asyncio.to_thread(traces.close))
            await self._consuming.close()
            await self._publishing.close()
            await self.database.close()
            await last_spans
            log.info("stopped")

    def _start(self, runner: Runner) -> asyncio.Task[None]:
        task = asyncio.create_task(runner.run())
        task.add_done_callback(_end_service_on_error)
        return task


def _end_service_on_error(task: asyncio.Task[None]) -> None:
    """A runner waits out every outage by itself; when one fails all the same, whoever supervises starts us anew."""
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("background work failed: the service ends", exc_info=error)
        os.kill(os.getpid(), signal.SIGTERM)


async def _ended(tasks: list[asyncio.Task[None]], seconds: float) -> None:
    if tasks:
        _, late = await asyncio.wait(tasks, timeout=seconds)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
