"""Two real processes of one service on one database and broker: what one keeps in its memory, the other can't see."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from typing import Any

import aio_pika
import httpx
from pydantic import SecretStr
from support.ports import free_ports
from support.servers import PASSWORD, Databases, new_vhost

from launcher.rabbitmq import PrivateRabbit
from shared.contracts.event import Message
from shared.internal_http import internal_get
from shared.messaging.envelope import CONTENT_TYPE, seal_envelope
from shared.security.key_ring import KeyRing, encode_key
from shared.security.sealing import SealingKey
from shared.settings import ProgramSettings

_TAKEN = re.compile(r'^espace_messages_total\{outcome="(\w+)".*\} (\S+)$', re.MULTILINE)


class Replicas:
    """The processes, their addresses and what they have logged."""

    def __init__(
        self, package: str, settings: ProgramSettings, folder: Path, count: int, ports: Sequence[int] = ()
    ) -> None:
        ports = ports or free_ports(count)
        self.addresses = [f"http://127.0.0.1:{port}" for port in ports]
        self._logs = [folder / f"{package}-{number}.log" for number in range(1, count + 1)]
        self._processes = [_start(package, settings, port, log) for port, log in zip(ports, self._logs, strict=True)]

    def wait_until_ready(self) -> None:
        until = time.monotonic() + 60
        while not all(map(_is_ready, self.addresses)):
            assert time.monotonic() < until, self.told()
            assert all(process.poll() is None for process in self._processes), self.told()
            time.sleep(0.05)

    def lines(self) -> list[list[dict[str, Any]]]:
        """The log lines of each."""
        texts = [log.read_text().splitlines() for log in self._logs]
        return [[json.loads(line) for line in text if line.startswith("{")] for text in texts]

    def logged(self, event: str) -> list[int]:
        """How often each has logged that."""
        return [sum(line["event"] == event for line in lines) for lines in self.lines()]

    def handled(self) -> list[float]:
        """How many messages each has handled."""
        return [sum(count for outcome, count in taken if outcome == "handled") for taken in self._taken()]

    async def all_take(self) -> bool:
        """Whether each has dealt with a message. Of copies, one replica may get every first one: then the other recognises
        the copies it gets, which is work as well."""
        return all(sum(count for _, count in taken) > 0 for taken in self._taken())

    def _taken(self) -> list[list[tuple[str, float]]]:
        """For each: outcome and how many messages."""
        found = [internal_get(f"{address}/metrics", 5).text for address in self.addresses]
        return [[(outcome, float(count)) for outcome, count in _TAKEN.findall(figures)] for figures in found]

    def troubles(self) -> list[dict[str, Any]]:
        """What they have logged as errors: never to be seen, whatever runs side by side."""
        return [line for lines in self.lines() for line in lines if line["level"] in {"error", "critical"}]

    def told(self) -> str:
        return "\n".join(log.read_text()[-2000:] for log in self._logs)

    def stop(self) -> list[int]:
        """End them as a platform does; their exit statuses."""
        for process in self._processes:
            process.terminate()
        return [_ended(process) for process in self._processes]


@contextmanager
def side_by_side(
    package: str, settings: ProgramSettings, folder: Path, count: int = 2, ports: Sequence[int] = ()
) -> Iterator[Replicas]:
    """Started and ready; at the end each must stop in order. ``ports``: theirs, when others have to know them before."""
    replicas = Replicas(package, settings, folder, count, ports)
    try:
        replicas.wait_until_ready()
        yield replicas
    finally:
        statuses = replicas.stop()
        sys.stdout.write(replicas.told())  # shown with the test that failed
    assert statuses == [0] * count, replicas.told()


@contextmanager
def own_servers(
    databases: Databases, rabbit: PrivateRabbit, package: str
) -> Iterator[tuple[str, Callable[[str], str]]]:
    """URL of a database of that package, and URLs of a virtual host for each broker user: for the tests of one module."""
    name, url = databases.new(package)
    vhost = new_vhost(rabbit)
    yield url, lambda user: rabbit.url(user, PASSWORD, vhost)
    rabbit.delete_vhost(vhost)
    databases.drop(name)


async def publish(broker_url: Callable[[str], str], messages: Sequence[Message], times: int = 1) -> None:
    """Send messages as their services' broker users do, each several times with one id."""
    for source in {message.source for message in messages}:
        async with await aio_pika.connect(broker_url(source)) as connection:
            channel = await connection.channel()
            for message in messages:
                if message.source == source:
                    exchange = await channel.get_exchange(message.exchange, ensure=False)
                    envelope = seal_envelope(message, datetime.now(UTC))
                    for _ in range(times):
                        sent = aio_pika.Message(envelope.body, content_type=CONTENT_TYPE, message_id=str(envelope.id))
                        await exchange.publish(sent, message.routing_key())


class Turns(httpx.AsyncBaseTransport):
    """A network on which each request goes to the next replica, as the gateway does it."""

    def __init__(self, addresses: list[str]) -> None:
        self._next = cycle(map(httpx.URL, addresses))
        self._inner = httpx.AsyncHTTPTransport()
        self.went_to: list[int | None] = []
        """The ports, in order."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        target = next(self._next)
        self.went_to.append(target.port)
        url = request.url.copy_with(scheme="http", host=target.host, port=target.port)
        # the browser's request stays as it is: its cookies belong to the site, not to a replica
        sent = httpx.Request(
            request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
        )
        return await self._inner.handle_async_request(sent)

    async def aclose(self) -> None:
        await self._inner.aclose()


def together(package: str, verb: str, environment: dict[str, str], count: int) -> list[int]:
    """Run a verb of a service several times at once; the exit statuses."""
    given = {"PATH": os.environ["PATH"], **environment}
    started = [subprocess.Popen([sys.executable, "-m", package, verb], env=given) for _ in range(count)]
    return [_ended(process) for process in started]


def environment_of(settings: ProgramSettings) -> dict[str, str]:
    """The environment that gives a program these settings, but for those that are the default."""
    given = {name.upper(): getattr(settings, name) for name in settings.model_fields_set}
    return {name: _written(value) for name, value in given.items() if name not in {"HOST", "PORT"}}


def _written(value: Any) -> str:
    if isinstance(value, KeyRing):
        return ",".join(f"{kid}:{encode_key(key)}" for kid, key in value)
    if isinstance(value, SealingKey):
        return f"{value.kid}:{encode_key(value.public_key)}"
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return json.dumps(sorted(value)) if isinstance(value, frozenset) else str(value)


def _start(package: str, settings: ProgramSettings, port: int, log: Path) -> subprocess.Popen[bytes]:
    environment = {"PATH": os.environ["PATH"], "PORT": str(port), **environment_of(settings)}
    with log.open("w") as output:
        command = [sys.executable, "-m", package, "serve"]
        return subprocess.Popen(command, env=environment, stdout=output, stderr=subprocess.STDOUT)


def _is_ready(address: str) -> bool:
    try:
        return internal_get(f"{address}/readyz", 5).status_code == 200
    except httpx.TransportError:
        return False


def _ended(process: subprocess.Popen[bytes]) -> int:
    try:
        return process.wait(25)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
