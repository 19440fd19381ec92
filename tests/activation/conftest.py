"""One activation service on a database of its own, and people in front of it. Nothing is mocked."""

import json
import re
import secrets
import time
from datetime import UTC, date, datetime, timedelta
from html import unescape
from uuid import UUID, uuid4

import httpx
import pytest
import time_machine
from nacl.public import PrivateKey
from sqlalchemy import text
from sqlmodel import select
from support.quick_hashes import quick_hashes

from activation import handlers
from activation.app import create_app
from activation.settings import Settings
from shared.contracts.events import LetterPrinted
from shared.contracts.person_number import Situation, canonical_number
from shared.contracts.provisional_password import generate, grouped
from shared.database.engine import Database
from shared.messaging.tables import outbox
from shared.security.fingerprints import fingerprints
from shared.security.key_ring import KeyRing, encode_key
from shared.security.sealing import unseal_text

__all__ = ["quick_hashes"]

GOOD_PASSWORD = "trois lapins verts dansent"
_FIELD = re.compile(r'name="(form_token|submission_id|suite|opened)" value="([^"]*)"')


def ring(kid: str, key: bytes | None = None) -> str:
    return f"{kid}:{encode_key(key or secrets.token_bytes(32))}"


def answers(**changed: str) -> dict[str, str]:
    """The form « Activer mon compte » as Mme Garnier fills it in."""
    given = {
        "situation": "adherent",
        "number": "372257",
        "secret_question": "livre",
        "secret_answer": "Les Malheurs de Sophie",
        "email": "jeanne@exemple.fr",
        "password": GOOD_PASSWORD,
        "terms": "oui",
    } | changed
    given.setdefault("email_confirmation", given["email"])
    given.setdefault("password_confirmation", given["password"])
    return given


class Visitor:
    """A browser without JavaScript: keeps cookies, fills in the forms it is shown."""

    def __init__(self, transport):
        self.http = httpx.AsyncClient(
            transport=transport, base_url="https://testserver", headers={"Accept": "text/html"}
        )

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.http.get(path, headers=headers)

    async def form_of(self, path: str) -> dict[str, str]:
        """The hidden fields of the page's form."""
        return {name: unescape(value) for name, value in _FIELD.findall((await self.get(path)).text)}

    async def fill(self, path: str, *, page: str = "", **fields: str) -> httpx.Response:
        hidden = await self.form_of(page or path)
        return await self.http.post(path, data=hidden | fields)

    async def activate(self, **changed: str) -> httpx.Response:
        return await self.fill("/compte/activer", **answers(**changed))

    async def sign_in(self, email="jeanne@exemple.fr", password=GOOD_PASSWORD, suite="") -> httpx.Response:
        page = f"/connexion?suite={suite}" if suite else "/connexion"
        return await self.fill("/connexion", page=page, email=email, password=password)

    def cookie(self, name: str) -> str | None:
        return self.http.cookies.get(name)


class World:
    """The service, its database, and what its neighbours would send and read."""

    def __init__(self, database_url: str, **settings: object) -> None:
        mailbox_key = PrivateKey.generate()
        self.notifier_keys = KeyRing.parse(ring("n1", bytes(mailbox_key)))
        self.settings = Settings(
            **{
                "environment": "test",
                "public_url": "https://testserver",
                "database_url": database_url,
                "broker_url": "amqp://nobody@127.0.0.1:1/",
                "fingerprint_keys": ring("f2") + "," + ring("f1"),
                "provisional_password_peppers": ring("p1"),
                "password_peppers": ring("w1"),
                "staff_totp_keys": ring("s1"),
                "member_totp_keys": ring("m1"),
                "form_keys": ring("c1"),
                "assertion_keys": ring("a1"),
                "notifier_public_key": ring("n1", bytes(mailbox_key.public_key)),
                "tries_per_minute_per_address": 10_000,
                "resets_per_hour_per_address": 10_000,
                "answer_seconds": 0,
            }
            | settings
        )
        self.app = create_app(self.settings)
        self.parts = self.app.state.parts
        self.database = Database(database_url, "test")
        self._visitors: list[Visitor] = []

    def visitor(self, transport: httpx.AsyncBaseTransport | None = None) -> Visitor:
        """Somebody at a browser; ``transport`` leads elsewhere than to the service in this process."""
        self._visitors.append(Visitor(transport or httpx.ASGITransport(self.app)))
        return self._visitors[-1]

    async def close(self) -> None:
        for visitor in self._visitors:
            await visitor.http.aclose()
        await self.database.close()
        await self.parts.database.close()

    def printed(self, password: str, **changed: object) -> LetterPrinted:
        number = changed.pop("number", "372257")
        situation = Situation.MEMBER if len(str(number)) == 6 else Situation.INSURED
        posted_at = changed.pop("posted_at", datetime.now(UTC) - timedelta(days=2))
        values = {
            "person_id": uuid4(),
            "request_id": uuid4(),
            "letter_id": uuid4(),
            "civility": "Mme",
            "given_name": "Jeanne",
            "family_name": "Garnier",
            "birth_date": date(1957, 3, 27),
            "email": "asked@exemple.fr",
            "number_fingerprints": fingerprints(
                self.settings.fingerprint_keys, canonical_number(situation, str(number))
            ),
            "password_hash": self.parts.provisional_passwords.hash_now(password),
            "posted_at": posted_at,
            "valid_until": posted_at + timedelta(days=21),
        }
        return LetterPrinted(**(values | changed))

    async def receive(self, event: LetterPrinted) -> None:
        async with self.database.unit_of_work() as work:
            await handlers.letter_printed(event, work)

    async def letter(self, **changed: object) -> str:
        """A letter reaches a person; returns the password as it is printed on it."""
        password = generate()
        await self.receive(self.printed(password, **changed))
        return grouped(password)

    async def confirmed(self, email="jeanne@exemple.fr", **changed: object) -> UUID:
        """A person with a confirmed account; returns the person's id."""
        person_id = changed.setdefault("person_id", uuid4())
        number = str(changed.get("number", "372257"))
        visitor = self.visitor()
        await visitor.activate(provisional_password=await self.letter(**changed), email=email, number=number)
        await visitor.get(f"/compte/confirmer?jeton={await self.newest_token()}")
        page = await visitor.fill("/compte/confirmer")
        assert page.status_code == 303
        return person_id

    async def events(self, name: str) -> list[dict]:
        """Data of the events of that name in the outbox, oldest first."""
        async with self.database.unit_of_work() as work:
            query = select(outbox.c.body).where(outbox.c.type == f"fr.espace.{name}.v1").order_by(outbox.c.position)
            return [json.loads(body)["data"] for (body,) in await work.session.execute(query)]

    async def newest_token(self) -> str:
        """The token of the newest confirmation mail, as the notifier opens it."""
        sent = await self.events("account-activated") + await self.events("confirmation-link-requested")
        newest = max(reversed(sent), key=lambda event: event["token_expires_at"])  # of several at one time the last
        return unseal_text(self.notifier_keys, newest["sealed_token"])

    async def token_in(self, name: str) -> str:
        """The token in the newest event of that name, as the notifier opens it."""
        return unseal_text(self.notifier_keys, (await self.events(name))[-1]["sealed_token"])

    async def rows(self, model) -> list:
        async with self.database.unit_of_work() as work:
            return list(await work.session.scalars(select(model)))

    async def sql(self, statement: str, **values: object) -> None:
        async with self.database.unit_of_work() as work:
            await work.session.execute(text(statement), values)


@pytest.fixture
async def make_world(new_database):
    """``make_world(setting=…)``: the service with other settings."""
    made: list[World] = []

    def make(**settings: object) -> World:
        made.append(World(new_database("activation"), **settings))
        return made[-1]

    yield make
    for world in made:
        await world.close()


@pytest.fixture
def world(make_world):
    return make_world()


@pytest.fixture
def visitor(world):
    return world.visitor()


@pytest.fixture
def clock():
    """The clock stands in the middle of a step of one-time codes, so that none begins while a code is on its way."""
    with time_machine.travel(time.time() // 30 * 30 + 15, tick=False) as traveller:
        yield traveller


@pytest.fixture
def fields():
    """``fields(email="…")``: the answers of the activation form with some changed."""
    return answers


@pytest.fixture
def plain():
    """The text of a page as it is read: no tags, ordinary spaces."""

    def read(response: httpx.Response) -> str:
        words = unescape(re.sub(r"<[^>]+>", " ", response.text)).replace("\u00a0", " ").replace("\u202f", " ")
        return re.sub(r"\s+", " ", words)

    return read
