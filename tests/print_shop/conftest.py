"""A print shop on a disk of its own, a gateway that serves sealed batches over HTTP, and a queue that has them."""

import hashlib
import io
import json
import os
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import aio_pika
import pikepdf
import pytest
from nacl.public import PrivateKey
from pydantic import SecretStr
from support.servers import new_vhost

from launcher import rabbitmq_files
from launcher.rabbitmq import PrivateRabbit
from print_shop.gateway import gateway
from print_shop.intake import Intake
from print_shop.journal import Journal
from print_shop.lines import Lines
from print_shop.printers import Printers
from print_shop.printing import Printing
from print_shop.receipts import Receipts
from print_shop.record import Record
from print_shop.shop import Shop
from print_shop.spool import Spool
from print_shop.taking import Taking
from print_shop.worker import Worker
from shared.contracts.letter_mark import generate_mark
from shared.contracts.print_batch import PrintBatch, PrintMessage, PrintReceipt
from shared.contracts.print_manifest import ManifestLetter, PrintManifest
from shared.messaging.broker import Broker
from shared.messaging.envelope import CONTENT_TYPE, open_envelope, read_data, seal_envelope
from shared.messaging.failed import REASON
from shared.printing.sheet_digest import sheet_digests
from shared.security.key_ring import KeyRing, encode_key
from shared.security.sealing import SealingKey
from shared.security.signing import public_ring, sign

from .private_cups import PrivateCups

TOKEN = "of-the-tests-and-long-enough"
PRIVATE_KEY = PrivateKey.generate()
PRIVATE_KEYS = KeyRing.parse(f"shop-1:{encode_key(bytes(PRIVATE_KEY))}")
PUBLIC_KEY = SealingKey("shop-1", bytes(PRIVATE_KEY.public_key))
SEEDS = KeyRing.parse(f"letters-1:{encode_key(os.urandom(32))}")
VERIFYING_KEYS = KeyRing.parse(public_ring(SEEDS))


class Served:
    """What the gateway answers for each path; ``failures`` are answered first, ``superseded`` paths have a later run."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.superseded: set[str] = set()
        self.claimed: dict[str, str] = {}
        """Path → the spool that it was given to."""
        self.failures: list[int] = []
        self.asked: list[str] = []
        self.url = ""

    def answer(self, path: str, authorization: str, spool: str = "") -> tuple[int, bytes]:
        """``spool``: who wants it for itself."""
        self.asked += [] if spool else [path]
        if self.failures:
            return self.failures.pop(0), b""
        if authorization != f"Bearer {TOKEN}":
            return 401, b""
        if path in self.superseded:
            return 409, b""
        if path in self.files and spool:
            return (204 if self.claimed.setdefault(path, spool) == spool else 409), b""
        return (200, self.files[path]) if path in self.files else (404, b"")


@pytest.fixture
def vhost(rabbit: PrivateRabbit) -> Iterator[str]:
    """A virtual host with the queues that the print shop reads, and that read it."""
    name = new_vhost(rabbit, "print-shop.", "letters.print-receipts")
    yield name
    rabbit.delete_vhost(name)


@pytest.fixture
def served() -> Iterator[Served]:
    serving = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.tell(*serving.answer(self.path, self.headers.get("Authorization", "")))

        def do_POST(self) -> None:
            spool = self.headers["Print-Shop-Spool"]
            self.tell(*serving.answer(self.path, self.headers.get("Authorization", ""), spool))

        def tell(self, status: int, content: bytes) -> None:
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


def pdf_of(sheets: list[str]) -> bytes:
    """A page for each text, in which only its drawing differs."""
    with pikepdf.new() as pdf:
        for text in sheets:
            page = pdf.add_blank_page(page_size=(595, 842))
            page.Contents = pdf.make_stream(f"BT 50 700 Td ({text}) Tj ET".encode())
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


@pytest.fixture
def offered(served: Served) -> Callable[..., PrintManifest]:
    """A sealed batch behind the gateway, and its manifest; ``changes`` make the manifest tell lies."""

    def offer(letters: int = 2, pdf: bytes | None = None, **changes: Any) -> PrintManifest:
        batch_id = changes.pop("batch_id", None) or uuid4()
        content = pdf or pdf_of(["separator", *(f"letter {place}" for place in range(1, letters + 1))])
        sealed, now = PUBLIC_KEY.seal(content), datetime.now(UTC)
        manifest = {
            "batch_id": batch_id, "serial": f"20261123-{batch_id.hex[:6].upper()}", "run": 1, "separators": 1,
            "letters": [
                ManifestLetter(id=uuid4(), mark=generate_mark(), sha256=digest) for digest in _digests(content, letters)
            ],
            "fetch_path": f"/impression/lots/{batch_id}/1", "sealed_bytes": len(sealed),
            "sealed_sha256": hashlib.sha256(sealed).hexdigest(), "pdf_sha256": hashlib.sha256(content).hexdigest(),
            "key_id": "shop-1", "closed_at": now, "post_on": date(2026, 11, 24), "taken_by": now + timedelta(hours=4),
        }  # fmt: skip
        made = PrintManifest(**{**manifest, **changes})
        served.files[made.fetch_path] = sealed
        return made

    return offer


def _digests(pdf: bytes, letters: int) -> list[str]:
    try:
        with pikepdf.open(io.BytesIO(pdf)) as file:
            found = list(sheet_digests(file))[1:]
    except pikepdf.PdfError:
        found = []
    return [*found, *["0" * 64] * letters][:letters]


def signed(manifest: PrintManifest, seeds: KeyRing = SEEDS, **changes: Any) -> PrintBatch:
    """What ``letters`` would send of it; ``changes`` make the message lie about its manifest."""
    said = {"batch_id": manifest.batch_id, "serial": manifest.serial, "run": manifest.run}
    text = manifest.model_dump_json().encode()
    return PrintBatch(**said | changes, signed_manifest=sign(seeds, text))


def later_run(manifest: PrintManifest, run: int = 2, **changes: Any) -> PrintManifest:
    """The same file, offered again."""
    path = f"/impression/lots/{manifest.batch_id}/{run}"
    return manifest.model_copy(update={"run": run, "fetch_path": path, **changes})


@dataclass
class Life:
    """The time between a start and a crash or stop of a worker."""

    shop: Shop
    worker: Worker
    intake: Intake
    printing: Printing

    async def take(self, manifest: PrintManifest) -> Record:
        """As if it had come from the queue, up to its acknowledgement."""
        return await self.worker.taking.own(await self.worker.taking.accept(manifest))

    async def through(self, manifest: PrintManifest) -> Record:
        """And all that follows."""
        known = self.shop.journal.get(manifest.batch_id)
        again = known is not None and known.run == manifest.run
        return await self.worker.finish(await self.take(manifest), asked_again=again)

    def record(self, manifest: PrintManifest) -> Record:
        found = self.shop.journal.get(manifest.batch_id)
        assert found is not None
        return found


class Site:
    """The folders of a print shop, and what its programs are told."""

    def __init__(self, folder: Path, served: Served, broker_url: str) -> None:
        self.folder, self.served, self.broker_url = folder, served, broker_url
        self.printed_folder = folder / "printed"
        self.spool_folder = folder / "spool"
        self.cups_server = "localhost:1"

    @asynccontextmanager
    async def life(
        self, keys: KeyRing = PRIVATE_KEYS, *, queue: str | None = None, prints: bool = True, post_at_once: bool = True
    ) -> AsyncIterator[Life]:
        publishing, consuming = Broker(self.broker_url, "publish"), Broker(self.broker_url, "consume")
        spool = Spool(self.spool_folder)
        async with publishing, consuming, gateway(self.served.url, SecretStr(TOKEN), spool.id) as source:
            shop = Shop(spool, Journal(spool.journal_path), Receipts(publishing), Lines())
            printing = Printing(shop, keys, Printers(self.cups_server, None if queue else self.printed_folder, queue))
            worker = Worker(shop, Taking(shop, source, keys), printing if prints else None, post_at_once)
            yield Life(shop, worker, Intake(worker, consuming, publishing, VERIFYING_KEYS), printing)

    @property
    def environment(self) -> dict[str, str]:
        """Of its programs."""
        return {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "ENVIRONMENT": "test", "BROKER_URL": self.broker_url,
            "GATEWAY_URL": self.served.url, "PRINT_SHOP_TOKEN": TOKEN, "SPOOL_DIR": str(self.spool_folder),
            "PRINT_SHOP_PRIVATE_KEYS": f"shop-1:{encode_key(bytes(PRIVATE_KEY))}", "COLUMNS": "200",
            "MANIFEST_VERIFYING_KEYS": public_ring(SEEDS), "CUPS_SERVER": self.cups_server, "PYTHONUNBUFFERED": "1",
        }  # fmt: skip

    def command(self, *words: str | Path) -> list[str]:
        return [sys.executable, "-m", "print_shop", *map(str, words)]

    def printed(self) -> list[str]:
        folder = self.printed_folder
        return sorted(path.name for path in folder.iterdir()) if folder.exists() else []

    def spooled(self) -> list[str]:
        return sorted(path.name for path in (self.spool_folder / "batches").iterdir())

    def aside(self) -> list[str]:
        return sorted(path.name for path in (self.spool_folder / "aside").iterdir())

    def lines(self, manifest: PrintManifest) -> list[dict[str, Any]]:
        """Those of the journal about a batch."""
        lines = (self.spool_folder / "journal.jsonl").read_text().splitlines()
        return [line for line in map(json.loads, lines) if line["batch_id"] == str(manifest.batch_id)]

    def steps(self, manifest: PrintManifest) -> list[str]:
        return [line["step"] for line in self.lines(manifest)]


@pytest.fixture
def shop(tmp_path: Path, served: Served, broker_url: Callable[[str], str]) -> Site:
    return Site(tmp_path, served, broker_url("print-shop"))


@pytest.fixture
def other_shop(tmp_path: Path, served: Served, broker_url: Callable[[str], str]) -> Site:
    """Another machine at the same queue."""
    return Site(tmp_path / "other", served, broker_url("print-shop"))


@pytest.fixture
def offline_shop(tmp_path: Path, served: Served) -> Site:
    """A shop whose broker is away: for the steps that need none."""
    return Site(tmp_path, served, "amqp://127.0.0.1:1/none")


class Letters:
    """The other side: publishes manifests and reads receipts, with the broker user of ``letters``."""

    def __init__(self, url: str) -> None:
        self._broker = Broker(url, "letters of the tests")
        self.message_ids: list[str] = []

    async def offer(self, batch: PrintManifest | PrintMessage, message_id: UUID | None = None) -> None:
        said = signed(batch) if isinstance(batch, PrintManifest) else batch
        await self.send(seal_envelope(said, datetime.now(UTC), message_id).body, said.routing_key())

    async def send(self, body: bytes, key: str = PrintBatch.routing_key()) -> None:
        message = aio_pika.Message(body, content_type=CONTENT_TYPE, message_id=str(uuid4()))
        await self._broker.publish(PrintBatch.exchange, key, message)

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


@pytest.fixture(scope="session")
def _cups() -> Iterator[PrivateCups]:
    server = PrivateCups()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture
def cups(_cups: PrivateCups, shop: Site, offline_shop: Site) -> Iterator[PrivateCups]:
    """A real CUPS for the shop, whose press does nothing special."""
    shop.cups_server = offline_shop.cups_server = _cups.server
    yield _cups
    _cups.calm()


class Queues:
    """Looks into queues with the administrator's eyes."""

    def __init__(self, channel: aio_pika.abc.AbstractChannel) -> None:
        self._channel = channel

    async def count(self, name: str) -> int:
        return (await self._channel.declare_queue(name, passive=True)).declaration_result.message_count or 0

    async def is_empty(self, name: str) -> bool:
        return await self.count(name) == 0

    async def first(self, name: str) -> aio_pika.abc.AbstractIncomingMessage | None:
        return await (await self._channel.get_queue(name)).get(fail=False, no_ack=True)

    async def dead(self) -> str:
        """Why the next dead letter is one; empty when there is none."""
        message = await self.first("print-shop.batches.dead")
        return str(message.headers[REASON]) if message else ""


@pytest.fixture
async def queues(rabbit: PrivateRabbit, vhost: str) -> AsyncIterator[Queues]:
    url = rabbit.url(rabbitmq_files.ADMIN, rabbitmq_files.admin_password(rabbit.folder), vhost)
    connection = await aio_pika.connect(url)
    yield Queues(await connection.channel())
    await connection.close()
