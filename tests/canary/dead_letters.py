"""Dead letters of the running system: one that is no event, and what a service's own command line tells."""

import asyncio
import re
import subprocess

import aio_pika
from support.system import Running

from launcher import services
from shared.contracts.events import AccountActivated
from shared.messaging.envelope import CONTENT_TYPE


async def publish_poison(running: Running) -> None:
    """Something that is no event, from a service that may publish there."""
    async with await aio_pika.connect(running.secret("activation", "broker_url")) as connection:
        channel = await connection.channel()
        exchange = await channel.get_exchange(AccountActivated.exchange, ensure=False)
        message = aio_pika.Message(b'{"specversion": "1.0", "data": {', content_type=CONTENT_TYPE)
        await exchange.publish(message, AccountActivated.routing_key())


def command(running: Running, service: str, *words: str) -> str:
    """What the service's own command line says, kept among the logs."""
    environment = services.environment(running.places, running.system.keys, service, running.system.parts.settings)
    command_line = services.command(service, "dead-letters", *words)
    ran = subprocess.run(command_line, env=environment, capture_output=True, text=True, timeout=60, check=False)
    with (running.places.var / "log" / "dead-letters.log").open("a") as log:
        log.write(ran.stdout + ran.stderr)
    assert ran.returncode == 0, words
    return ran.stdout


def look_at(running: Running, queue: str) -> None:
    """Count those of its service, list the queue's, show the first."""
    service = queue.partition(".")[0]
    command(running, service, "list")
    listed = command(running, service, "list", "--queue", queue)
    handle = re.search(r"^\s*((?:sha256:)?[0-9a-f-]{16,})", listed, re.MULTILINE)[1]
    assert "reason" in command(running, service, "show", handle.removeprefix("sha256:"))


def count(running: Running, queue: str) -> int:
    """How many dead letters of a queue there are, as the broker counts now."""

    async def ask() -> int:
        async with await aio_pika.connect(running.secret(queue.partition(".")[0], "broker_url")) as connection:
            channel = await connection.channel()
            declared = await channel.declare_queue(f"{queue}.dead", passive=True)
            return declared.declaration_result.message_count or 0

    return running.do(asyncio.wait_for(ask(), 30))
