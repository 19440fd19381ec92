"""A registration service on its own database, members in its register, visitors of its pages."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from support.registration import CREATE, SITE, Visitor, settings_for

from registration.app import create_app
from registration.handlers import HANDLED
from registration.models import Person, PersonNumber
from registration.settings import Settings
from shared.contracts.event import Event
from shared.contracts.person_id import person_id
from shared.database.engine import Database
from shared.database.unit_of_work import Cause
from shared.security.fingerprints import fingerprint
from shared.security.key_ring import KeyRing


@pytest.fixture
def settings(new_database: Callable[[str], str]) -> Settings:
    return settings_for(new_database("registration"))


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    found = Database(settings.database_url, "tests")
    yield found
    await found.close()


@pytest.fixture
def keys(settings: Settings) -> KeyRing:
    return settings.fingerprint_keys


Hear = Callable[..., Awaitable[None]]
HANDLERS = {kind: handler for handlers in HANDLED.values() for kind, handler in handlers.items()}


@pytest.fixture
def hear(database: Database) -> Hear:
    """Let registration handle an event that was told so many hours before the test began."""
    began = datetime.now(UTC)

    async def handle(event: Event, hours_ago: float = 0) -> None:
        async with database.unit_of_work() as work:
            work.cause = Cause(uuid4(), began - timedelta(hours=hours_ago))
            await HANDLERS[type(event)](event, work)

    return handle


Register = Callable[..., Awaitable[Person]]


@pytest.fixture
def register(database: Database, keys: KeyRing) -> Register:
    """Put somebody in the register; by default Jeanne Garnier, member 123456."""

    async def put(reference: str = "R1", numbers: tuple[str, ...] = ("member:123456",), **changes: Any) -> Person:
        given = {
            "id": person_id(reference), "reference": reference, "civility": "Mme", "given_name": "Jeanne",
            "family_name": "Garnier", "birth_name": "Martin", "birth_date": date(1957, 3, 27), "postcode": "33000",
            "address_lines": ["12 rue des Exemples", "33000 BORDEAUX"], "postal_zone": "metropolitan",
            "imported_at": datetime.now(UTC),
        }  # fmt: skip
        person = Person(**(given | changes))
        async with database.unit_of_work() as work:
            work.session.add(person)
            await work.session.flush()
            for number in numbers:
                kind = number.partition(":")[0]
                work.session.add(PersonNumber(person_id=person.id, kind=kind, fingerprint=fingerprint(keys, number)))
        return person

    return put


@pytest.fixture
async def new_visitor(app: FastAPI) -> AsyncIterator[Callable[[], Visitor]]:
    clients: list[httpx.AsyncClient] = []

    def new(application: FastAPI = app, path: str = CREATE) -> Visitor:
        transport = httpx.ASGITransport(application)
        client = httpx.AsyncClient(transport=transport, base_url=SITE, headers={"Accept": "text/html"})
        clients.append(client)
        return Visitor(client, path)

    yield new
    for client in clients:
        await client.aclose()


@pytest.fixture
def visitor(new_visitor: Callable[[], Visitor]) -> Visitor:
    return new_visitor()


@pytest.fixture
def published(database: Database) -> Callable[[], Awaitable[list[dict[str, Any]]]]:
    """What left for the broker: type and data of each message, in order."""

    async def read() -> list[dict[str, Any]]:
        async with database.unit_of_work() as work:
            rows = await work.session.execute(text("SELECT body FROM outbox ORDER BY position"))
            bodies = [json.loads(body) for body in rows.scalars()]
            return [{"type": body["type"].split(".")[2], **body["data"]} for body in bodies]

    return read


@pytest.fixture
def outcomes(database: Database) -> Callable[[], Awaitable[list[str]]]:
    """What became of each request, in order."""

    async def read() -> list[str]:
        async with database.unit_of_work() as work:
            return list(
                (
                    await work.session.execute(text("SELECT outcome FROM account_request ORDER BY requested_at"))
                ).scalars()
            )

    return read


@pytest.fixture
def execute(database: Database) -> Callable[..., Awaitable[list[Any]]]:
    """Run a statement; its rows, if it has any."""

    async def run(statement: str, **values: Any) -> list[Any]:
        async with database.unit_of_work() as work:
            result = await work.session.execute(text(statement), values)
            return list(result.all()) if result.returns_rows else []  # type: ignore[attr-defined]

    return run
