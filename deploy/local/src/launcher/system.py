"""The whole system as one object: started in order, watched, and stopped in reverse order (design §8)."""

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from launcher import health, ports, services, staff
from launcher.keys import Keys
from launcher.parts import Parts
from launcher.places import ROOT, Places
from launcher.postgres import PrivatePostgres
from launcher.process import LaunchError
from launcher.rabbitmq import PrivateRabbit
from launcher.services import Runner
from launcher.supervisor import Supervisor

VHOST = "espace"
DEFINITIONS = ROOT / "deploy/broker/definitions.json"
DEMONSTRATION = ROOT / "deploy/local/demonstration"


class System(Supervisor):
    """Everything that `make run` runs.

    `settings` are handed to every service; `demonstration` is the folder of files to load; `say` takes a line of
    progress.
    The data of a `throwaway` system is not needed again, which makes its end quicker. `runner`: see `services.Runner`.
    The parts' names: the services' (a second replica of letters is letters-2), print-shop, gateway, mailbox, postgres,
    rabbitmq.
    """

    def __init__(
        self,
        places: Places,
        *,
        settings: Mapping[str, str] | None = None,
        demonstration: Path = DEMONSTRATION,
        say: Callable[[str], None] = lambda _: None,
        throwaway: bool = False,
        runner: Runner = services.as_package,
    ) -> None:
        super().__init__()
        self.throwaway = throwaway
        self.places, self.demonstration, self.say = places, demonstration, say
        self.keys = Keys(places.var / "secrets")
        self.parts = Parts(places, self.keys, dict(settings or {}), runner)
        port = places.port
        self.postgres = PrivatePostgres(places.var / "postgres", port("POSTGRES_PORT"), log=places.log("postgres"))
        self.rabbit = PrivateRabbit(
            places.var / "rabbitmq",
            port("RABBITMQ_PORT"),
            port("RABBITMQ_MANAGEMENT_PORT"),
            port("RABBITMQ_DIST_PORT"),
            port("EPMD_PORT"),
            log=places.log("rabbitmq"),
            mark=services.mark(places),
        )
        self.nodes: dict[str, PrivatePostgres | PrivateRabbit] = {"postgres": self.postgres, "rabbitmq": self.rabbit}
        self._down: set[str] = set()

    async def start(self) -> None:
        """Start everything and return when the site is ready.

        Raises:
            LaunchError: with what people should do; what did start is left to `end_all`.
        """
        ports.check(self.places.ports)
        self.keys.make()
        (self.places.var / "home").mkdir(exist_ok=True)
        self.rabbit.launch()
        self.postgres.launch()
        await self.begin("mailbox")
        await self.until(self.postgres.is_ready, 30, "PostgreSQL is not ready after 30 s")
        self.say("PostgreSQL is ready")
        await self._prepare_data()
        await self.until(self.rabbit.is_ready, 60, "RabbitMQ is not ready after 60 s")
        self.rabbit.import_definitions(DEFINITIONS, passwords=self._broker_passwords())
        self.say("RabbitMQ is ready")
        for name in (*services.all_replicas(self.places), "gateway", services.PRINT_SHOP):
            await self.begin(name)
        await self.healthy()
        self.say("services and gateway are ready")

    async def end_all(self) -> None:
        """Stop everything in reverse order, whatever state it is in; data is kept unless the system is `throwaway`."""
        await self.stop("gateway", services.PRINT_SHOP)
        await self.stop(*services.all_replicas(self.places))
        await self.stop_all()
        for node in self.nodes.values() if self.throwaway else ():
            node.kill9()  # stopping gently takes RabbitMQ 7 s
        await asyncio.gather(*(asyncio.to_thread(node.stop) for node in self.nodes.values()))
        self.rabbit.close()

    async def begin(self, name: str) -> None:
        """Start one part; postgres and rabbitmq are waited for, the others are not (see `healthy`)."""
        if name in self.nodes:
            await asyncio.to_thread(self.nodes[name].start)
            self._down.discard(name)
        else:
            self.children[name] = self.parts.start(name)

    async def end(self, name: str, *, kill: bool = False) -> None:
        """Stop (or kill -9) one part and leave it so."""
        if name in self.nodes:
            self._down.add(name)
            await asyncio.to_thread(self.nodes[name].kill9 if kill else self.nodes[name].stop)
        else:
            await self.stop(name, kill=kill)

    async def restart(self, name: str, *, kill: bool = False) -> None:
        """Stop (or kill -9) one part and start it again."""
        await self.end(name, kill=kill)
        await self.begin(name)

    async def healthy(self, seconds: float = 60) -> None:
        """Return when the gateway finds every service ready and the inbox answers.

        Raises:
            LaunchError: who is not, after `seconds`; or a part that ended meanwhile.
        """
        gateway, inbox = (f"http://127.0.0.1:{self.places.port(name)}" for name in ("GATEWAY_PORT", "MAIL_PORT"))
        parts = {name: f"{self.address(name)}/readyz" for name in services.all_replicas(self.places)}
        end = time.monotonic() + seconds
        await self._answer({"mailbox": inbox} | parts, seconds, end)
        # it asks the services in its turn
        await self._answer({"gateway": f"{gateway}/healthz"}, seconds, end)

    async def _answer(self, late: Mapping[str, str], seconds: float, end: float) -> None:
        """Wait for each of these addresses; what has answered is not asked again."""
        while late := await health.late(late):
            self.check()
            if time.monotonic() > end:
                raise LaunchError(
                    f"not ready after {seconds:.0f} s: {', '.join(late)}. Logs: {self.places.var / 'log'}"
                )
            await asyncio.sleep(0.1)

    async def watch(self) -> None:
        """Wait for ever.

        Raises:
            LaunchError: a part ended by itself: which, how, its last words, and where its log is.
        """
        await self.until(lambda: False, float("inf"), "")

    def check(self) -> None:
        """Raise LaunchError for a part that ended by itself."""
        super().check()
        for name, node in self.nodes.items():
            if name not in self._down and node.process:
                node.check()

    def address(self, name: str) -> str:
        """Return the address of a replica of a service itself, past the gateway."""
        return f"http://127.0.0.1:{services.port(self.places, name)}"

    async def _prepare_data(self) -> None:
        for name in services.SERVICES:
            passwords = (self.keys.password(f"{name}-{role}") for role in ("database", "database-owner"))
            url = self.postgres.create_role_and_database(services.package(name), *passwords)
            self.keys.give(name, "database_url", url)
        for name, password in self._broker_passwords().items():
            self.keys.give(name, "broker_url", self.rabbit.url(name, password, VHOST))
        await asyncio.gather(*(self._migrate_and_load(name) for name in services.SERVICES))
        self.say("databases are up to date")

    async def _migrate_and_load(self, name: str) -> None:
        # the owner's address goes to this one run: the service's own role changes no tables
        owner = self.postgres.owner_dsn(services.package(name), self.keys.password(f"{name}-database-owner"))
        await self._run(name, "migrate", DATABASE_URL=owner)
        for service, verb, file in services.DEMONSTRATION:
            if service == name and (self.demonstration / file).exists():
                refused = self.places.var / "log" / f"refused-{file}"
                await self._run(name, verb, self.demonstration / file, "--report", refused)
        if name == "activation" and (self.demonstration / staff.FILE).exists():
            await self._run(name, "demonstration-staff", self.demonstration / staff.FILE)

    async def _run(self, name: str, verb: str, *words: str | Path, **told: str) -> None:
        command = services.command(name, verb, *words)
        environment = self.parts.environment(name) | told
        await self.finish(f"{name} {verb}", command, environment, self.places.log(name))

    def _broker_passwords(self) -> dict[str, str]:
        return {name: self.keys.password(f"{name}-broker") for name in (*services.SERVICES, services.PRINT_SHOP)}
