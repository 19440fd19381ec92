"""What the tests of dead letters share: putting messages there, and a service's command line as people run it."""

import asyncio
import json
from uuid import uuid4

import aio_pika
from support.messaging import QUEUE, confirmed

from shared.contracts.events import EmailConfirmed
from shared.messaging.envelope import CONTENT_TYPE
from shared.messaging.failed import ATTEMPT, FIRST_FAILED_AT, ORIGINAL_QUEUE, REASON
from shared.messaging.topology import DEAD_EXCHANGE


def envelope(**changes) -> dict:
    """A confirmed address in its envelope, with other attributes."""
    return {
        "specversion": "1.0", "id": str(uuid4()), "source": "/services/activation", "subject": str(uuid4()),
        "time": "2026-11-23T10:00:00Z", "type": EmailConfirmed.type(), "data": confirmed().model_dump(mode="json"),
    } | changes  # fmt: skip


async def bury(
    channel, document, reason="permanent: unknown person", queue=QUEUE, at="2026-11-23T10:05:00+00:00"
) -> str:
    """Put a message with the dead letters of a queue, as a consumer does; returns its id."""
    body = document if isinstance(document, bytes) else json.dumps(document, ensure_ascii=False).encode()
    message_id = str(uuid4()) if isinstance(document, bytes) else document["id"]
    headers = {ATTEMPT: 4, REASON: reason, ORIGINAL_QUEUE: queue, FIRST_FAILED_AT: at}
    message = aio_pika.Message(
        body, headers=headers, content_type=CONTENT_TYPE, message_id=message_id, type=EmailConfirmed.type()
    )
    await (await channel.get_exchange(DEAD_EXCHANGE, ensure=False)).publish(message, queue)
    return message_id


async def bury_many(channel, number) -> list[str]:
    """So many of them, in the order of the ids returned."""
    return list(await asyncio.gather(*(bury(channel, envelope()) for _ in range(number))))
