"""A migrated database, a maker of batches, and people who ask for an account."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from nacl.public import PrivateKey
from sqlalchemy import func
from sqlmodel import col, select
from support.quick_hashes import quick_hashes

from letters.batches.closing import ClosingRules
from letters.batches.maker import BatchMaker
from letters.handlers import on_account_requested, on_print_receipt
from letters.models import BatchNote, Letter, PrintBatchRow, SealedFile
from letters.settings import Settings
from letters.sheets.letter_content import Sender
from letters.sheets.letter_page import LetterPage
from letters.sheets.press import Press
from shared.contracts.event import Message
from shared.contracts.events import AccountRequested
from shared.contracts.postal_zone import PostalZone
from shared.contracts.print_batch import PrintBatch, PrintReceipt
from shared.contracts.print_manifest import PrintManifest
from shared.contracts.working_days import WorkingDays
from shared.database.engine import Database
from shared.messaging.envelope import open_envelope
from shared.messaging.tables import outbox
from shared.security.hashing import SecretHasher
from shared.security.key_ring import KeyRing, encode_key
from shared.security.sealing import SealingKey, unseal
from shared.security.signing import public_ring, signed_text

__all__ = ["quick_hashes"]

SENDER = Sender("MCV PAP", ("Centre de sécurité sociale 602", "1 rue de l’Exemple", "75000 Paris"), "Paris")
PRIVATE_KEY = PrivateKey.generate()
PRIVATE_KEYS = KeyRing.parse(f"shop-1:{encode_key(bytes(PRIVATE_KEY))}")
PUBLIC_KEY = SealingKey("shop-1", bytes(PRIVATE_KEY.public_key))
SIGNING_KEYS = KeyRing.parse(f"letters-1:{encode_key(b's' * 32)}")
VERIFYING_KEYS = KeyRing.parse(public_ring(SIGNING_KEYS))
PAGE = LetterPage(SENDER, "https://espace.exemple.fr")
HASHER = SecretHasher(KeyRing.parse(f"pepper-1:{encode_key(b'p' * 32)}"), "provisional-password")


EVERY_DAY = WorkingDays.parse("mon-sun,holidays")
PRESS = Press(PAGE)
"""Of all tests of the process: forms are laid out once."""


def closing_rules(**changes: Any) -> ClosingRules:
    rules = {
        "most": 500, "max_age": timedelta(hours=1), "cut_off": time(15, 30), "days": EVERY_DAY,
        "taken_within": timedelta(hours=4),
    }  # fmt: skip
    return ClosingRules(**{**rules, **changes})


def account_requested(**changes: Any) -> AccountRequested:
    person = {
        "person_id": uuid4(), "civility": "Mme", "given_name": "Éléonore", "family_name": "Garnier",
        "email": "eleonore@exemple.fr", "request_id": uuid4(), "requested_at": datetime.now(UTC),
        "number_fingerprints": ("fp-1:abc", "fp-2:def"), "birth_date": date(1957, 3, 27),
        "address_lines": ("Appartement 12", "12, rue de l’Église", "63000 Clermont-Ferrand"),
        "postal_zone": PostalZone.METROPOLITAN, "sealed_tracking": "k1:c2VhbGVk",
    }  # fmt: skip
    return AccountRequested(**{**person, **changes})


@dataclass
class World:
    """One database of letters, and what the tests do with it."""

    database: Database

    async def ask(self, count: int = 1, **changes: Any) -> list[AccountRequested]:
        events = [account_requested(**changes) for _ in range(count)]
        for event in events:
            async with self.database.unit_of_work() as work:
                await on_account_requested(event, work)
        return events

    press: Press = field(default_factory=lambda: PRESS)

    def maker(
        self, most: int = 500, max_age: float = 0, press: Press | None = None, rules: ClosingRules | None = None
    ) -> BatchMaker:
        made = rules or closing_rules(most=most, max_age=timedelta(seconds=max_age))
        return BatchMaker(self.database, press or self.press, HASHER, PUBLIC_KEY, SIGNING_KEYS, made)

    async def offered(self) -> list[PrintManifest]:
        """Manifests of every offer, in their order, with their signatures checked."""
        told = await self.published(PrintBatch)
        return [PrintManifest.model_validate_json(signed_text(VERIFYING_KEYS, one.signed_manifest)) for one in told]

    async def receive(self, batch: PrintManifest, outcome: str, **changes: Any) -> None:
        spoiled = len(changes.get("spoiled_letter_ids", ()))
        told = {
            "batch_id": batch.batch_id, "run": batch.run, "outcome": outcome, "at": datetime.now(UTC),
            "letters": len(batch.letters) - spoiled, "sheets": 0 if outcome == "posted" else batch.sheets,
        }  # fmt: skip
        async with self.database.unit_of_work() as work:
            await on_print_receipt(PrintReceipt(**{**told, **changes}), work)

    async def letters(self) -> list[Letter]:
        return await self._all(select(Letter).order_by(col(Letter.waiting_since), col(Letter.place)))

    async def batches(self) -> list[PrintBatchRow]:
        return await self._all(select(PrintBatchRow).order_by(col(PrintBatchRow.closed_at)))

    async def notes(self) -> list[BatchNote]:
        return await self._all(select(BatchNote).order_by(col(BatchNote.at)))

    async def files(self) -> int:
        async with self.database.unit_of_work() as work:
            return (await work.session.execute(select(func.count()).select_from(SealedFile))).scalar_one()

    async def published(self, kind: type[Message]) -> list[Any]:
        async with self.database.unit_of_work() as work:
            rows = await work.session.execute(
                select(outbox.c.body).where(outbox.c.type == kind.type()).order_by(outbox.c.position)
            )
            return [kind.received(open_envelope(body).data) for (body,) in rows]

    async def sealed(self, batch: PrintManifest) -> bytes:
        async with self.database.unit_of_work() as work:
            file = await work.session.get(SealedFile, batch.batch_id)
        assert file is not None
        return file.content

    async def pdf(self, batch: PrintManifest) -> bytes:
        return unseal(PRIVATE_KEYS, batch.key_id, await self.sealed(batch))

    async def _all(self, query: Any) -> list[Any]:
        async with self.database.unit_of_work() as work:
            return list(await work.session.scalars(query))


@pytest.fixture
async def world(new_database: Callable[[str], str]) -> AsyncIterator[World]:
    database = Database(new_database("letters"), "tests")
    yield World(database)
    await database.close()


@pytest.fixture
async def batch(world: World) -> PrintManifest:
    """One of three letters, offered."""
    await world.ask(3)
    await world.maker().make()
    (made,) = await world.offered()
    return made


@pytest.fixture
def hasher() -> SecretHasher:
    return HASHER


@pytest.fixture
def private_keys() -> KeyRing:
    return PRIVATE_KEYS


@pytest.fixture
def public_key() -> SealingKey:
    return PUBLIC_KEY


@pytest.fixture
def signing_keys() -> KeyRing:
    return SIGNING_KEYS


@pytest.fixture(name="closing_rules")
def rules_of_batches() -> Callable[..., ClosingRules]:
    return closing_rules


@pytest.fixture(name="account_requested")
def account_requested_events() -> Callable[..., AccountRequested]:
    return account_requested


@pytest.fixture
def make_maker() -> Callable[[Database], BatchMaker]:
    return lambda database: World(database).maker()


@pytest.fixture
def letter_settings() -> Callable[..., Settings]:
    """``letter_settings(print_file_keep_days=0)``: settings of a service that is not started."""

    def made(**changes: Any) -> Settings:
        given = {"database_url": "postgresql://x/x", **changes}
        return Settings(
            environment="test", public_url="http://localhost", broker_url="amqp://x/x",
            provisional_password_peppers=KeyRing.parse(f"p:{encode_key(b'p' * 32)}"),
            print_shop_public_key=f"s:{encode_key(b'k' * 32)}", print_shop_token="of-the-tests-and-long-enough",
            manifest_signing_keys=SIGNING_KEYS,
            **given,
        )  # fmt: skip

    return made


@pytest.fixture
def command_settings() -> dict[str, str]:
    """The environment of the ``letters`` program, but for the database."""
    return {
        "ENVIRONMENT": "test", "PUBLIC_URL": "http://localhost", "BROKER_URL": "amqp://localhost:1",
        "PROVISIONAL_PASSWORD_PEPPERS": f"p:{encode_key(b'p' * 32)}",
        "PRINT_SHOP_PUBLIC_KEY": f"s:{encode_key(b'k' * 32)}", "PRINT_SHOP_TOKEN": "of-the-tests-and-long-enough",
        "MANIFEST_SIGNING_KEYS": f"m:{encode_key(b's' * 32)}",
    }  # fmt: skip
