"""The member space's tests: its database, a server that publishes keys as activation does, and signed requests."""

import asyncio
import json
import os
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import httpx
import pytest
from click.testing import Result
from fastapi import FastAPI
from nacl.public import PrivateKey
from sqlalchemy.engine import make_url
from support.at_desk import AtDesk
from support.filling import hidden_fields
from support.ports import free_ports
from typer.testing import CliRunner

from launcher.postgres import PrivatePostgres
from member_space.__main__ import commands
from member_space.app import create_app
from member_space.handlers import email_confirmed
from member_space.persons.told import remember
from member_space.settings import Settings
from shared.contracts.events import EmailConfirmed
from shared.contracts.person_id import person_id
from shared.database.engine import Database
from shared.imports.report import Report
from shared.imports.run import Import, Progress, import_file
from shared.security.assertions import DESK, HEADER, AssertionSigner, Role, SignedIn, StaffSignedIn
from shared.security.key_ring import KeyRing, encode_key

from .letters_side import AT, LettersSide, serving

DEMONSTRATION = Path(__file__).parents[2] / "deploy" / "local" / "demonstration"
FORM_KEYS = f"test-1:{encode_key(b'f' * 32)}"
NOTIFIER_KEY = PrivateKey(b"n" * 32)
NOTIFIER_PUBLIC_KEY = f"n1:{encode_key(bytes(NOTIFIER_KEY.public_key))}"


@dataclass
class Publisher:
    """Serves ``keys`` on its URL, answers ``status``, counts the questions."""

    keys: Any
    status: int = 200
    url: str = ""
    paths: list[str] = field(default_factory=list)
    """What was asked for."""

    @property
    def asked(self) -> int:
        return len(self.paths)


@dataclass
class Activation:
    """Activation's side: a signer and the place where its keys are published."""

    publisher: Publisher
    signer: AssertionSigner = field(default_factory=lambda: new_signer("k1"))

    proved_ago: timedelta | None = timedelta(0)
    """How long ago people proved their password; None: not said."""

    sessions: UUID = field(default_factory=uuid4)
    """What the ids of sessions are made of: with another one, everybody has signed in anew."""

    def header(self, person: UUID, audience: str = "member-space", now: datetime | None = None) -> dict[str, str]:
        proved = None if self.proved_ago is None else datetime.now(UTC) - self.proved_ago
        who = SignedIn(
            account_id=uuid4(), person_id=person, session_id=uuid5(self.sessions, person.hex), authenticated_at=proved
        )
        return {HEADER: self.signer.sign(who, audience, now or datetime.now(UTC))}

    def staff(
        self, role: Role, name: str = "Zoé Lefèvre", now: datetime | None = None, staff_id: UUID | None = None
    ) -> dict[str, str]:
        """The same for one of the staff, at the desk."""
        who = StaffSignedIn(staff_id=staff_id or uuid4(), session_id=uuid4(), name=name, role=role)
        return {HEADER: self.signer.sign(who, DESK, now or datetime.now(UTC))}


def new_signer(kid: str) -> AssertionSigner:
    return AssertionSigner(KeyRing.parse(f"{kid}:{encode_key(os.urandom(32))}"))


@pytest.fixture
def activation() -> Iterator[Activation]:
    publisher = Publisher({})

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publisher.paths.append(self.path)
            self.send_response(publisher.status)
            self.end_headers()
            self.wfile.write(json.dumps(publisher.keys).encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    publisher.url = f"http://127.0.0.1:{server.server_port}/internal/keys"
    made = Activation(publisher)
    publisher.keys = made.signer.published()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
async def letters_side(activation: Activation, letters_port: int) -> AsyncIterator[LettersSide]:
    """``letters``; for who does not ask for it, it is away."""
    async with serving(activation.publisher.url, letters_port) as side:
        yield side


@pytest.fixture
def letters_port() -> int:
    return free_ports(1)[0]


@pytest.fixture
async def database(new_database: Callable[[str], str]) -> AsyncIterator[Database]:
    opened = Database(new_database("member_space"), "test")
    yield opened
    await opened.close()


@pytest.fixture
def change(postgres: PrivatePostgres, database: Database) -> Callable[..., None]:
    """Change tables under the service's feet, as only their owner may."""
    name = make_url(database.url).database or ""
    return lambda *statements: postgres.sql(";".join(statements), database=name)


@pytest.fixture
def settings(database: Database, activation: Activation, letters_port: int) -> Settings:
    return Settings(
        environment="test", public_url="https://testserver", database_url=database.url, broker_url="amqp://nobody/",
        form_keys=FORM_KEYS, activation_keys_url=activation.publisher.url,
        notifier_public_key=NOTIFIER_PUBLIC_KEY, service_addresses=f"letters=http://127.0.0.1:{letters_port}",
    )  # fmt: skip


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[FastAPI]:
    made = create_app(settings)
    yield made
    await made.state.database.close()


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="https://testserver", headers={"Accept": "text/html"}
    ) as made:
        yield made


@pytest.fixture
def at_desk(client: httpx.AsyncClient, activation: Activation) -> dict[Role, AtDesk]:
    """One of the staff for each role."""
    return {role: AtDesk(client, activation, role) for role in Role}


@pytest.fixture
def conseiller(at_desk: dict[Role, AtDesk]) -> AtDesk:
    return at_desk[Role.CONSEILLER]


@pytest.fixture
async def known_person(database: Database) -> UUID:
    """Jeanne Garnier, whom the index knows; her space is not open yet."""
    event = confirmed("DEMO-0001")
    async with database.unit_of_work() as work:
        await remember(event, AT, work)
    return event.person_id


def confirmed(reference: str, family_name: str = "GARNIER", **values: Any) -> EmailConfirmed:
    given = {"civility": "Mme", "given_name": "Jeanne", "email": "couriel@exemple.fr", "account_id": uuid4()} | values
    return EmailConfirmed(person_id=person_id(reference), family_name=family_name, **given)


OpenSpace = Callable[..., Awaitable[UUID]]


@pytest.fixture
def open_space(database: Database) -> OpenSpace:
    """``await open_space("DEMO-0001")``: the space of that person, open; returns the person's id."""

    async def handle(reference: str, *name: str, **values: Any) -> UUID:
        event = confirmed(reference, *name, **values)
        async with database.unit_of_work() as work:
            await email_confirmed(event, work)
        return event.person_id

    return handle


@pytest.fixture
def load(database: Database, tmp_path: Path) -> Callable[[Import[Any], Path | str], Awaitable[tuple[int, str]]]:
    """``await load(CONTRACTS, path or text)``: lines loaded, and the report's text; ``kept_from`` as of ``import_file``."""

    async def run(what: Import[Any], given: Path | str, kept_from: date | None = None) -> tuple[int, str]:
        path = given
        if isinstance(given, str):
            path = tmp_path / "given.csv"
            path.write_text(given)
        with Report(tmp_path / "report.csv") as report:
            loaded = await import_file(what, Path(path), database, report, Progress(), kept_from)
        return loaded, (tmp_path / "report.csv").read_text("utf-8-sig")

    return run


@pytest.fixture
def run_command(database: Database, tmp_path: Path) -> Callable[[str, str], Awaitable[Result]]:
    """``await run_command("import-contracts", text)``: the command's result."""
    environment = {
        "ENVIRONMENT": "test", "PUBLIC_URL": "https://testserver", "DATABASE_URL": database.url, "BROKER_URL": "amqp://x/",
        "FORM_KEYS": FORM_KEYS, "NOTIFIER_PUBLIC_KEY": NOTIFIER_PUBLIC_KEY,
        "ACTIVATION_KEYS_URL": "http://127.0.0.1:1/internal/keys",
    }  # fmt: skip
    path = tmp_path / "given.csv"

    async def run(verb: str, content: str) -> Result:
        path.write_text(content)
        return await asyncio.to_thread(CliRunner().invoke, commands, [verb, str(path)], env=environment)

    return run


Sent = tuple[str, tuple[str, bytes, str]]
"""Field → name, content and type of a file."""


@dataclass
class AtThePages:
    """Somebody in front of the pages; ``assertion`` makes what the gateway adds to each request."""

    client: httpx.AsyncClient
    assertion: Callable[[], dict[str, str]]

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers=self.assertion() | headers)

    async def ask(self, method: str, path: str, **headers: str) -> httpx.Response:
        """Any request, without a body."""
        origin = {"Origin": "https://testserver"}
        return await self.client.request(method, path, headers=self.assertion() | origin | headers)

    async def post(self, path: str, **data: str) -> httpx.Response:
        """Without a form's token, unless ``data`` has it."""
        return await self.client.post(path, data=data, headers=self.assertion())

    async def hidden(self, path: str, action: str) -> dict[str, str]:
        """What the form of a page that goes to ``action`` sends besides what is typed."""
        return hidden_fields((await self.get(path)).text, action)

    async def send(self, html: str, action: str, files: Sequence[Sent] = (), /, **answers: str) -> httpx.Response:
        """Fill in the form of an open page (its HTML) that goes to ``action``."""
        data = hidden_fields(html, action) | answers
        return await self.client.post(action, data=data, files=files or None, headers=self.assertion())

    async def fill(self, path: str, action: str, files: Sequence[Sent] = (), /, **answers: str) -> httpx.Response:
        """Open a page and fill in its form that goes to ``action``."""
        return await self.send((await self.get(path)).text, action, files, **answers)


@dataclass
class Visitor(AtThePages):
    """A member."""

    person: UUID = field(default_factory=uuid4)

    async def json(self, path: str) -> Any:
        answer = await self.get(path, Accept="application/json")
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def visitor(client: httpx.AsyncClient, activation: Activation) -> Callable[[UUID], Visitor]:
    """``visitor(person)``: that person, signed in."""
    return lambda person: Visitor(client, lambda: activation.header(person), person)


@pytest.fixture
async def jeanne(visitor: Callable[[UUID], Visitor], open_space: OpenSpace) -> Visitor:
    """A member, in front of her open space."""
    return visitor(await open_space("DEMO-0001"))


@pytest.fixture
def colleague(client: httpx.AsyncClient, activation: Activation) -> Callable[..., AtThePages]:
    """``colleague(Role.CONSEILLER, "Zoé Lefèvre")``: one of the staff, the same person in every request."""

    def made(role: Role = Role.CONSEILLER, name: str = "Zoé Lefèvre") -> AtThePages:
        staff_id = uuid4()
        return AtThePages(client, lambda: activation.staff(role, name, staff_id=staff_id))

    return made
