"""The service and the real worker together: from the request on the queue to LetterPrinted, on a real broker."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime
from importlib.util import find_spec
from uuid import uuid4

import aio_pika
import pytest
import uvicorn
from nacl.public import PrivateKey

from letters.app import create_app
from letters.settings import Settings
from shared.contracts.events import LetterPrinted
from shared.messaging.broker import Broker
from shared.messaging.envelope import CONTENT_TYPE, seal_envelope
from shared.security.key_ring import KeyRing, encode_key
from shared.security.sealing import SealingKey
from shared.settings import Environment

TOKEN = "of-the-tests-and-long-enough"
BOUND = 40

pytestmark = pytest.mark.skipif(find_spec("print_shop") is None, reason="the worker is not installed")


async def until(condition):
    async with asyncio.timeout(BOUND):
        while not (found := await condition()):
            await asyncio.sleep(0.05)
    return found


async def test_from_the_request_to_the_post(world, broker_url, tmp_path, account_requested):
    key = PrivateKey.generate()
    listening = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    settings = Settings(
        environment=Environment.TEST, public_url=address, database_url=world.database.url, broker_url=broker_url("letters"),
        provisional_password_peppers=KeyRing.parse(f"p:{encode_key(b'p' * 32)}"), print_shop_token=TOKEN,
        print_shop_public_key=SealingKey("shop", bytes(key.public_key)), print_batch_max_age_seconds=0.2,
    )  # fmt: skip
    server = uvicorn.Server(uvicorn.Config(create_app(settings), log_config=None, access_log=False))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    environment = {
        **os.environ, "ENVIRONMENT": "test", "BROKER_URL": broker_url("print-shop"), "GATEWAY_URL": address,
        "PRINT_SHOP_TOKEN": TOKEN, "PRINT_SHOP_PRIVATE_KEYS": f"shop:{encode_key(bytes(key))}",
        "SPOOL_DIR": str(tmp_path / "spool"),
    }  # fmt: skip
    worker = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-m", "print_shop", "run", "--folder", str(tmp_path / "printed")], env=environment
    )
    try:
        async with Broker(broker_url("registration"), "tests") as registration:
            for event in [account_requested() for _ in range(3)]:
                envelope = seal_envelope(event, datetime.now(UTC))
                for _ in range(2):  # every request is delivered twice
                    message = aio_pika.Message(envelope.body, content_type=CONTENT_TYPE, message_id=str(uuid4()))
                    await registration.publish(event.exchange, event.routing_key(), message)

        async def all_posted():
            told = await world.published(LetterPrinted)
            return told if len(told) >= 3 else None

        told = await until(all_posted)
    finally:
        worker.send_signal(signal.SIGTERM)
        server.should_exit = True
        await asyncio.to_thread(worker.wait, BOUND)
        await serving
    assert len({one.request_id for one in told}) == len(told) == 3
    assert worker.returncode == 0
    assert {letter.state for letter in await world.letters()} == {"posted"}
    assert {batch.state for batch in await world.batches()} == {"printed"}
    printed = sorted(path.name for path in (tmp_path / "printed").iterdir())
    assert printed == sorted(f"{batch.serial}.pdf" for batch in await world.batches())
    assert all((tmp_path / "printed" / name).read_bytes().startswith(b"%PDF") for name in printed)
