"""A PostgreSQL and a RabbitMQ for tests, with a fresh database or virtual host for whoever asks."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from threading import Thread
from uuid import uuid4

import asyncpg

from launcher.postgres import PrivatePostgres
from launcher.rabbitmq import PrivateRabbit

DEFINITIONS = Path(__file__).parents[2] / "deploy" / "broker" / "definitions.json"
PASSWORD = "of-the-tests"


class Superuser:
    """One connection for all tests of a process, beside whatever event loop they run: a psql for each costs 40 ms."""

    def __init__(self, server: PrivatePostgres, database: str = "postgres") -> None:
        self._server, self._database = server, database
        self._connection: asyncpg.Connection | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, sql: str) -> None:
        asyncio.run_coroutine_threadsafe(self._run(sql), self._loop).result(120)

    def close(self) -> None:
        """End the connection and the thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(20)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self._loop.close()

    async def _close(self) -> None:
        if self._connection is not None and not self._connection.is_closed():
            await self._connection.close(timeout=10)

    async def _run(self, sql: str) -> None:
        if self._connection is None or self._connection.is_closed():  # some tests kill the server
            self._connection = await asyncpg.connect(self._server.dsn(self._database))
        await self._connection.execute(sql)


class Databases:
    """Makes databases on a server: a copy of the package's migrated template each."""

    def __init__(self, server: PrivatePostgres) -> None:
        self._server = server
        self._superuser = Superuser(server)
        self._templates: dict[str, str] = {}

    def new(self, package: str) -> tuple[str, str]:
        """Name and URL of a fresh migrated database of a package."""
        template = self._template(package)
        name = f"test_{uuid4().hex[:12]}"
        self._superuser.run(f"create database {name} template {template} owner {template} strategy file_copy")
        return name, self._server.dsn(name, template, PASSWORD)

    def close(self) -> None:
        """End the connection that makes them; the databases stay."""
        self._superuser.close()

    def drop(self, name: str) -> None:
        self._superuser.run(f"drop database {name} with (force)")

    def _template(self, package: str) -> str:
        if package not in self._templates:
            name = f"template_{package}_{uuid4().hex[:8]}"
            url = self._server.create_role_and_database(name, PASSWORD)
            # alembic runs its own event loop, so another thread than the tests'
            with ThreadPoolExecutor(1) as pool:
                pool.submit(import_module("shared.database.migrate").migrate, package, url).result()
            self._templates[package] = name
        return self._templates[package]


def new_vhost(rabbit: PrivateRabbit, *queues: str) -> str:
    """A virtual host with the whole topology; its delayed tiers are 50 times as fast.

    ``queues``: only those, with what belongs to them: all of them take 400 ms to make and delete.
    """
    name = f"test-{uuid4().hex[:12]}"
    definitions = json.loads(DEFINITIONS.read_text())
    if queues:
        definitions["queues"] = [one for one in definitions["queues"] if one["name"].startswith(queues)]
        definitions["bindings"] = [one for one in definitions["bindings"] if one["destination"].startswith(queues)]
    for policy in definitions["policies"]:
        if "message-ttl" in policy["definition"]:
            policy["definition"]["message-ttl"] //= 50
    users = [user["name"] for user in definitions["users"]]
    rabbit.import_definitions(definitions, vhost=name, passwords=dict.fromkeys(users, PASSWORD))
    return name
