"""Alarms of RabbitMQ: for want of memory or disk it blocks whoever publishes, and says so to them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from launcher.rabbitmq import PrivateRabbit

ALARMS = {
    "memory": (("set_vm_memory_high_watermark", "0.0001"), ("set_vm_memory_high_watermark", "0.4")),
    "disk": (("set_disk_free_limit", "1000000GB"), ("set_disk_free_limit", "50MB")),
}
"""What raises each, and what ends it."""


@asynccontextmanager
async def alarm(rabbit: PrivateRabbit, which: str) -> AsyncIterator[None]:
    """The broker takes nothing for as long as the block lasts."""
    begin, end = ALARMS[which]
    try:
        await asyncio.to_thread(rabbit.control, *begin)
        yield
    finally:
        await asyncio.to_thread(rabbit.control, *end)
