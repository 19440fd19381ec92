"""Two letters processes on one database and broker: every letter in one batch, every batch posted once."""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import aio_pika
import httpx
import pytest
from sqlalchemy import text
from support.messaging import until
from support.replicas import Replicas, own_servers, publish, side_by_side

from letters.models import BatchState, PrintBatchRow, SealedFile
from letters.settings import Settings
from shared.contracts.events import LetterPrinted
from shared.contracts.print_batch import PrintBatch, PrintReceipt
from shared.contracts.print_manifest import PrintManifest
from shared.database.engine import Database
from shared.messaging.envelope import open_envelope
from shared.security.key_ring import KeyRing, encode_key
from shared.security.signing import signed_text

from .conftest import SIGNING_KEYS, VERIFYING_KEYS, World

LETTERS = 40
IN_A_BATCH = 7
TOKEN = "of-the-tests-and-long-enough"


@pytest.fixture(scope="module")
def servers_of_module(_databases, rabbit) -> Iterator[tuple[str, Callable[[str], str]]]:
    with own_servers(_databases, rabbit, "letters") as made:
        yield made


@pytest.fixture(scope="module")
async def world(servers_of_module) -> AsyncIterator[World]:
    database = Database(servers_of_module[0], "tests")
    yield World(database)
    await database.close()


@pytest.fixture(scope="module")
async def old_batches(world: World) -> dict[int, UUID]:
    """Days since posting to the id of a batch whose file is still there."""
    batches = {days: uuid4() for days in (6, 8)}
    async with world.database.unit_of_work() as work:
        for days, batch_id in batches.items():
            row = PrintBatchRow(
                id=batch_id, serial=f"OLD-{days}", run=1, state=BatchState.POSTED, letters=1, sheets=1, sealed_bytes=1,
                sealed_sha256="", pdf_sha256="", key_id="k", closed_at=work.now, spoiled_letter_ids=[],
                ended_at=work.now - timedelta(days=days),
            )  # fmt: skip
            work.session.add(row)
            await work.session.flush()
            work.session.add(SealedFile(batch_id=batch_id, content=b"x"))
    return batches


@pytest.fixture(scope="module")
async def replicas(old_batches, servers_of_module, tmp_path_factory) -> AsyncIterator[Replicas]:
    database_url, broker_url = servers_of_module
    settings = Settings(
        environment="test", public_url="http://localhost", database_url=database_url, broker_url=broker_url("letters"),
        provisional_password_peppers=KeyRing.parse(f"p:{encode_key(b'p' * 32)}"),
        print_shop_public_key=f"s:{encode_key(b'k' * 32)}", print_shop_token=TOKEN, manifest_signing_keys=SIGNING_KEYS,
        mutual_working_days="mon-sun,holidays", print_shop_working_days="mon-sun,holidays",
        print_batch_max_letters=IN_A_BATCH, print_batch_max_age_seconds=1,
    )  # fmt: skip
    with side_by_side("letters", settings, tmp_path_factory.mktemp("replicas")) as running:
        yield running


async def offered(broker_url: Callable[[str], str], letters: int) -> list[PrintManifest]:
    """The manifests on the print shop's queue, until they name so many letters."""
    batches: list[PrintManifest] = []

    async def enough() -> bool:
        while message := await queue.get(fail=False):
            told = PrintBatch.received(open_envelope(message.body).data)
            batches.append(PrintManifest.model_validate_json(signed_text(VERIFYING_KEYS, told.signed_manifest)))
            await message.ack()
        return sum(len(batch.letter_ids) for batch in batches) >= letters

    async with await aio_pika.connect(broker_url("print-shop")) as connection:
        queue = await (await connection.channel()).get_queue("print-shop.batches", ensure=False)
        await until(enough, 90)
    return batches


async def test_both_purge_and_what_is_kept_stays(replicas, world, old_batches):
    async def purged() -> bool:
        return await world.files() == 1

    await until(purged)
    async with world.database.unit_of_work() as work:
        assert await work.session.get(SealedFile, old_batches[6]) is not None


async def test_from_requests_to_posted_letters(replicas, world, servers_of_module, account_requested):
    _, broker_url = servers_of_module

    async def both_consume() -> bool:
        return min(replicas.logged("consuming")) >= 2

    await until(both_consume)
    requests = [account_requested() for _ in range(LETTERS)]
    await publish(broker_url, requests, times=2)
    batches = await offered(broker_url, LETTERS)

    made = Counter(letter for batch in batches for letter in batch.letter_ids)
    assert set(made.values()) == {1}, "a letter is in one batch"
    letters = await world.letters()
    assert sorted(letter.request_id for letter in letters) == sorted(event.request_id for event in requests)
    assert {letter.id for letter in letters} == set(made)
    assert len({batch.serial for batch in batches}) == len({batch.batch_id for batch in batches}) == len(batches)
    assert all(len(batch.letter_ids) <= IN_A_BATCH for batch in batches)

    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(headers=headers, trust_env=False) as client:
        for batch in batches:
            for address in replicas.addresses:
                sealed = (await client.get(address + batch.fetch_path)).content
                assert hashlib.sha256(sealed).hexdigest() == batch.sealed_sha256

    now = datetime.now(UTC)
    receipts = [
        PrintReceipt(
            batch_id=batch.batch_id, run=1, at=now, outcome=outcome, letters=len(batch.letters),
            sheets=0 if outcome == "posted" else batch.sheets,
        )
        for outcome in ("taken", "printed", "posted", "posted")
        for batch in batches
    ]  # fmt: skip
    await publish(broker_url, receipts, times=2)

    async def posted() -> bool:
        return {letter.state for letter in await world.letters()} == {"posted"}

    await until(posted, 60)
    assert Counter(event.letter_id for event in await world.published(LetterPrinted)) == made
    assert {batch.state for batch in await world.batches()} == {BatchState.POSTED}


async def test_after_all_that_nothing_went_wrong(replicas, world):
    async def all_has_left() -> bool:
        async with world.database.unit_of_work() as work:
            return not await work.session.scalar(text("select count(*) from outbox where published_at is null"))

    await until(all_has_left)
    assert replicas.troubles() == []
    await until(replicas.all_take)
