"""A print shop on a disk of its own, a gateway that serves sealed batches over HTTP, and a queue that has them."""

import hashlib
import io
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import pikepdf
import pytest
from nacl.public import PrivateKey
from pydantic import SecretStr

from print_shop.display import Lines
from print_shop.gateway import gateway
from print_shop.intake import Intake
from print_shop.printer import FolderPrinter
from print_shop.receipts import Receipts
from print_shop.spool import Spool
from print_shop.worker import Worker
from shared.contracts.print_batch import PrintBatch, PrintReceipt
from shared.messaging.broker import Broker
from shared.messaging.envelope import CONTENT_TYPE, open_envelope, read_data, seal_envelope
from shared.security.key_ring import KeyRing, encode_key
from shared.security.sealing import SealingKey

TOKEN = "of-the-tests-and-long-enough"
PRIVATE_KEY = PrivateKey.generate()
PRIVATE_KEYS = KeyRing.parse(f"shop-1:{encode_key(bytes(PRIVATE_KEY))}")
PUBLIC_KEY = SealingKey("shop-1", bytes(PRIVATE_KEY.public_key))


class Served:
    """What the gateway answers for each path; ``failures`` are answered first."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.failures: list[int] = []
        self.asked: list[str] = []
        self.url = ""

    def answer(self, path: str, authorization: str) -> tuple[int, bytes]:
        self.asked.append(path)
        if self.failures:
            return self.failures.pop(0), b""
        if authorization != f"Bearer {TOKEN}":
            return 401, b""
        return (200, self.files[path]) if path in self.files else (404, b"")


@pytest.fixture
def served() -> Iterator[Served]:
    serving = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content = serving.answer(self.path, self.headers.get("Authorization", ""))
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    serving.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield serving
    server.shutdown()
    server.server_close()
    thread.join()


def pdf_with(pages: int) -> bytes:
    with pikepdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


@pytest.fixture
def offered(served: Served) -> Callable[..., PrintBatch]:
    """A sealed batch behind the gateway, and its manifest; ``changes`` make the manifest tell lies."""

    def offer(pages: int = 2, pdf: bytes | None = None, **changes: Any) -> PrintBatch:
        content = pdf_with(pages) if pdf is None else pdf
        sealed, batch_id = PUBLIC_KEY.seal(content), changes.pop("batch_id", None) or uuid4()
        manifest = {
            "batch_id": batch_id, "serial": f"20261123-{batch_id.hex[:6].upper()}", "run": 1,
            "letter_ids": tuple(uuid4() for _ in range(pages)), "sheets": pages,
            "fetch_path": f"/impression/lots/{batch_id}", "sealed_bytes": len(sealed),
            "sealed_sha256": hashlib.sha256(sealed).hexdigest(), "pdf_sha256": hashlib.sha256(content).hexdigest(),
            "key_id": "shop-1",
        }  # fmt: skip
        batch = PrintBatch(**{**manifest, **changes})
        served.files[batch.fetch_path] = sealed
        return batch

    return offer


class Shop:
    """The folders of a print shop; ``life()`` is the time between a start and a crash or stop of its worker."""

    def __init__(self, folder: Path, served: Served, broker_url: str) -> None:
        self.folder, self.served, self.broker_url = folder, served, broker_url
        self.printed_folder = folder / "printed"
        self.spool_folder = folder / "spool"

    @asynccontextmanager
    async def life(self, keys: KeyRing = PRIVATE_KEYS, token: str = TOKEN) -> AsyncIterator[tuple[Worker, Intake]]:
        spool = Spool(self.spool_folder)
        publishing, consuming = Broker(self.broker_url, "publish"), Broker(self.broker_url, "consume")
        try:
            async with publishing, consuming, gateway(self.served.url, SecretStr(token)) as source:
                printer = FolderPrinter(self.printed_folder)
                worker = Worker(spool, source, keys, printer, Receipts(publishing), Lines())
                yield worker, Intake(worker, consuming, publishing)
        finally:
            spool.close()

    def printed(self) -> list[str]:
        return sorted(path.name for path in self.printed_folder.iterdir())

    def spooled(self) -> list[str]:
        return sorted(path.name for path in (self.spool_folder / "batches").iterdir())

    def aside(self) -> list[str]:
        return sorted(path.name for path in (self.spool_folder / "aside").iterdir())

    def steps(self, batch: PrintBatch) -> list[str]:
        lines = (self.spool_folder / "journal.jsonl").read_text().splitlines()
        read = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("}")]
        return [line["step"] for line in read if line["batch_id"] == str(batch.batch_id)]


@pytest.fixture
def shop(tmp_path: Path, served: Served, broker_url: Callable[[str], str]) -> Shop:
    return Shop(tmp_path, served, broker_url("print-shop"))


@pytest.fixture
def offline_shop(tmp_path: Path, served: Served) -> Shop:
    """A shop whose broker is away: for the steps that need none."""
    return Shop(tmp_path, served, "amqp://127.0.0.1:1/none")


class Letters:
    """The other side: publishes manifests and reads receipts, with the broker user of ``letters``."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._broker = Broker(url, "letters of the tests")
        self.message_ids: list[str] = []

    async def offer(self, batch: PrintBatch, message_id: UUID | None = None) -> None:
        envelope = seal_envelope(batch, datetime.now(UTC), message_id)
        await self.send(envelope.body)

    async def send(self, body: bytes) -> None:
        message = aio_pika.Message(body, content_type=CONTENT_TYPE, message_id=str(uuid4()))
        await self._broker.publish(PrintBatch.exchange, PrintBatch.routing_key(), message)

    async def receipts(self) -> list[PrintReceipt]:
        """Those that have come and were not read yet, in their order."""
        found = []
        channel = await self._broker.channel()
        queue = await channel.get_queue("letters.print-receipts")
        while (message := await queue.get(fail=False)) is not None:
            self.message_ids.append(message.message_id or "")
            found.append(read_data(PrintReceipt, open_envelope(message.body)))
            await message.ack()
        await channel.close()
        return found

    async def close(self) -> None:
        await self._broker.close()


@pytest.fixture
async def letters(broker_url: Callable[[str], str]) -> AsyncIterator[Letters]:
    service = Letters(broker_url("letters"))
    yield service
    await service.close()


@pytest.fixture
def private_keys() -> str:
    """The shop's keys as the setting has them."""
    return f"shop-1:{encode_key(bytes(PRIVATE_KEY))}"
