"""The notifier's tests: its database, keys, and mail servers that behave as told."""

import asyncio
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import uuid4

import pytest
from aiosmtpd.controller import Controller
from nacl.public import PrivateKey
from sqlmodel import select

from notifier.mail import Composer, MailRoom
from notifier.models import Delivery
from notifier.sender import Sender
from notifier.settings import read_mailbox
from notifier.smtp import MailServer
from shared.contracts.events import AccountActivated, LetterPrinted
from shared.database.engine import Database
from shared.help_contact import HelpContact
from shared.security.key_ring import KeyRing, encode_key
from shared.security.sealing import SealingKey

PUBLIC_URL = "https://espace.exemple.fr"


@dataclass
class Post:
    """An SMTP server. ``answers`` are given to the next mails (after DATA), ``at_rcpt`` to the next recipients; then 250."""

    port: int
    answers: list[str] = field(default_factory=list)
    at_rcpt: list[str] = field(default_factory=list)
    accepted: list[EmailMessage] = field(default_factory=list)
    seen: list[EmailMessage] = field(default_factory=list)
    envelopes: list[list[str]] = field(default_factory=list)
    """Recipients of each of ``seen``."""
    release: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802
        if self.at_rcpt:
            return self.at_rcpt.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.seen.append(mail)
        self.envelopes.append(list(envelope.rcpt_tos))
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "drop":  # taken, but the connection breaks before the answer
            self.accepted.append(mail)
            server.transport.abort()
            return "250 OK"
        if answer == "hang":
            await asyncio.sleep(30)
        if answer.startswith("250"):
            self.accepted.append(mail)
        return answer


@pytest.fixture
def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def post(free_port: int) -> Iterator[Post]:
    server = Post(free_port)
    controller = Controller(server, hostname="127.0.0.1", port=free_port)
    controller.start()
    yield server
    controller.stop()


@dataclass(frozen=True)
class Keys:
    ring: KeyRing
    public: SealingKey


@pytest.fixture(scope="session")
def keys() -> Keys:
    private = PrivateKey.generate()
    return Keys(KeyRing.parse(f"demo-1:{encode_key(bytes(private))}"), SealingKey("demo-1", bytes(private.public_key)))


@pytest.fixture
def room(keys: Keys) -> MailRoom:
    return MailRoom(PUBLIC_URL, read_mailbox("ne-pas-repondre@exemple.fr"), None, HelpContact(), keys.ring)


@pytest.fixture
async def database(new_database: Callable[[str], str]) -> AsyncIterator[Database]:
    opened = Database(new_database("notifier"), "test")
    yield opened
    await opened.close()


@pytest.fixture
def sender(database: Database, room: MailRoom, free_port: int) -> Sender:
    """A sender to ``post`` (or to nobody, when the test does not start it)."""
    server = MailServer("127.0.0.1", free_port, starttls=False, user="", password="", local_name="localhost")
    return Sender(database, Composer(room), server, room.sender.addr_spec)


@pytest.fixture
def token() -> str:
    return secrets.token_urlsafe(32)


@pytest.fixture
def activated(keys: Keys, token: str) -> AccountActivated:
    return AccountActivated(
        person_id=uuid4(), account_id=uuid4(), civility="Mme", given_name="Jeanne", family_name="GARNIER-DÛPRÉ",
        email="couriel.demande@exemple.fr", sealed_token=keys.public.seal_text(token),
        token_expires_at=datetime.now(UTC) + timedelta(hours=24),
    )  # fmt: skip


@pytest.fixture
def printed() -> LetterPrinted:
    now = datetime.now(UTC)
    return LetterPrinted(
        person_id=uuid4(), civility="Mme", given_name="Jeanne", family_name="GARNIER-DÛPRÉ",
        email="couriel.demande@exemple.fr", request_id=uuid4(), letter_id=uuid4(), birth_date=now.date(),
        number_fingerprints=("k1:0123456789abcdef",), password_hash="k1$argon2id$secret",
        valid_until=now + timedelta(days=21), posted_at=now,
    )  # fmt: skip


@pytest.fixture
def rows(database: Database) -> Callable[[], Any]:
    """``await rows()``: every delivery, oldest first."""

    async def read() -> list[Delivery]:
        async with database.unit_of_work() as work:
            return list((await work.session.execute(select(Delivery).order_by(Delivery.created_at))).scalars())

    return read
