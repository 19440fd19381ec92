"""From the queue to the folder, on a real broker: acknowledged when on disk, once each, and stopped in order."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from contextlib import asynccontextmanager

import aio_pika
import pytest

from launcher import rabbitmq_files
from shared.messaging.failed import REASON

BOUND = 20
FROM_THE_FUTURE = {
    "specversion": "1.0", "id": "5f8d7b8e-8f4b-4c7e-9b1a-0b1c2d3e4f50", "source": "/services/letters", "subject": "x",
    "type": "fr.espace.print-batch.v9", "time": "2026-11-23T10:00:00Z", "data": {},
}  # fmt: skip


async def until(condition, seconds=BOUND):
    async with asyncio.timeout(seconds):
        while not (found := await condition()):
            await asyncio.sleep(0.05)
    return found


@asynccontextmanager
async def working(shop, **life):
    """A worker that takes from the queue; stopped in order afterwards."""
    async with shop.life(**life) as (_, intake):
        running = asyncio.create_task(intake.run())
        try:
            yield intake
        finally:
            intake.stop()
            async with asyncio.timeout(BOUND):
                await running


class Queues:
    """Looks into queues with the administrator's eyes."""

    def __init__(self, channel):
        self._channel = channel

    async def count(self, name):
        return (await self._channel.declare_queue(name, passive=True)).declaration_result.message_count

    async def first(self, name):
        return await (await self._channel.get_queue(name)).get(fail=False, no_ack=True)


@pytest.fixture
async def queues(rabbit, vhost):
    url = rabbit.url(rabbitmq_files.ADMIN, rabbitmq_files.admin_password(rabbit.folder), vhost)
    connection = await aio_pika.connect(url)
    yield Queues(await connection.channel())
    await connection.close()


async def collected(letters, count):
    found = []

    async def enough():
        found.extend(await letters.receipts())
        return len(found) >= count

    await until(enough)
    return found


async def test_two_batches_one_after_the_other(shop, offered, letters, queues):
    first, second = offered(), offered(pages=1)
    await letters.offer(first)
    await letters.offer(second)
    async with working(shop):
        told = await collected(letters, 4)
    assert [(one.batch_id, one.outcome) for one in told] == [
        (batch.batch_id, outcome) for batch in (first, second) for outcome in ("taken", "printed")
    ]
    assert shop.printed() == sorted(f"{batch.serial}.pdf" for batch in (first, second))
    assert await queues.count("print-shop.batches") == 0


async def test_the_same_manifest_five_times_prints_once(shop, offered, letters):
    batch = offered()
    for _ in range(5):
        await letters.offer(batch)
    async with working(shop):
        told = await collected(letters, 6)
    assert [one.outcome for one in told] == ["taken"] + ["printed"] * 5
    assert shop.printed() == [f"{batch.serial}.pdf"]
    assert shop.steps(batch).count("printing") == 1


async def test_bad_messages_are_buried_with_their_reason_and_hold_nobody(shop, offered, letters, queues):
    await letters.send(b"{not json")
    await letters.send(json.dumps(FROM_THE_FUTURE).encode())
    batch = offered()
    await letters.offer(batch)
    async with working(shop):
        await collected(letters, 2)
    reasons = [(await queues.first("print-shop.batches.dead")).headers[REASON] for _ in range(2)]
    assert reasons[0].startswith("undecodable: not an envelope")
    assert reasons[1] == "undecodable: unknown type fr.espace.print-batch.v9"
    assert shop.printed() == [f"{batch.serial}.pdf"]


async def test_a_batch_that_nobody_has_is_buried(shop, offered, letters, queues, served):
    gone = offered()
    served.failures = [410]
    await letters.offer(gone)
    async with working(shop):
        dead = await until(lambda: queues.first("print-shop.batches.dead"))
    assert dead.headers[REASON] == "permanent: the batch is no longer offered"
    assert shop.spooled() == []


async def test_stopped_while_the_gateway_is_away_the_manifest_goes_back(shop, offered, letters, served, queues):
    batch = offered()
    served.failures = [503] * 1000
    await letters.offer(batch)
    async with working(shop):

        async def asked():
            return bool(served.asked)

        await until(asked)
    served.failures = []

    async def back():
        return await queues.count("print-shop.batches") == 1

    await until(back)
    async with working(shop):
        await collected(letters, 2)
    assert shop.printed() == [f"{batch.serial}.pdf"]


async def test_what_an_earlier_life_left_is_finished_at_start(shop, offered, letters):
    batch = offered()
    async with shop.life() as (worker, _):
        await worker.accept(batch)
    async with working(shop):
        told = await collected(letters, 2)
    assert [one.outcome for one in told] == ["taken", "printed"]


async def test_the_program_prints_and_ends_in_order(shop, offered, letters, served, private_keys):
    batch = offered()
    environment = {
        **os.environ, "ENVIRONMENT": "test", "BROKER_URL": shop.broker_url, "GATEWAY_URL": served.url,
        "PRINT_SHOP_TOKEN": "of-the-tests-and-long-enough", "PRINT_SHOP_PRIVATE_KEYS": private_keys,
        "SPOOL_DIR": str(shop.spool_folder),
    }  # fmt: skip
    program = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-m", "print_shop", "run", "--folder", str(shop.printed_folder)],
        env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        await letters.offer(batch)
        told = await collected(letters, 2)
        program.send_signal(signal.SIGTERM)
        output, _ = await asyncio.to_thread(program.communicate, timeout=BOUND)
    finally:
        program.kill()
    assert program.returncode == 0, output
    assert [one.outcome for one in told] == ["taken", "printed"]
    assert shop.printed() == [f"{batch.serial}.pdf"]
    assert '"event": "batch printed"' in output
    assert "of-the-tests-and-long-enough" not in output


def test_the_worker_needs_no_database_and_no_web_framework():
    absent = ["sqlalchemy", "asyncpg", "fastapi", "letters"]
    code = f"import sys; sys.modules.update(dict.fromkeys({absent})); import print_shop.__main__"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
