"""The print shop fetches sealed bytes, and nobody else does."""

import hashlib
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest

from letters.app import create_app
from letters.settings import Settings
from shared.security.key_ring import KeyRing, encode_key
from shared.settings import Environment

TOKEN = "of-the-tests-and-long-enough"


@pytest.fixture
def settings(world, public_key, signing_keys):
    return Settings(
        environment=Environment.TEST, public_url="http://localhost", database_url=world.database.url,
        broker_url="amqp://localhost:1", provisional_password_peppers=KeyRing.parse(f"p:{encode_key(b'p' * 32)}"),
        print_shop_public_key=public_key, print_shop_token=TOKEN, manifest_signing_keys=signing_keys,
    )  # fmt: skip


@pytest.fixture
async def client(settings) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://letters") as client:
        yield client


@pytest.fixture
async def batch(world):
    await world.ask(1)
    await world.maker().make()
    (made,) = await world.offered()
    return made


def bearer(token=TOKEN):
    return {"Authorization": f"Bearer {token}"}


async def test_sealed_bytes_for_the_print_shop(client, batch):
    answer = await client.get(batch.fetch_path, headers=bearer())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["etag"] == f'"{batch.sealed_sha256}"'
    assert answer.headers["cache-control"] == "no-store"
    assert hashlib.sha256(answer.content).hexdigest() == batch.sealed_sha256
    assert b"%PDF" not in answer.content


@pytest.mark.parametrize(
    "headers",
    [{}, bearer("wrong"), bearer(""), bearer("é"), {"Authorization": TOKEN}, {"Authorization": f"Basic {TOKEN}"}],
)
async def test_nobody_else(client, batch, headers):
    encoded = {name: value.encode("latin-1") for name, value in headers.items()}
    answer = await client.get(batch.fetch_path, headers=encoded)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["title"] == "Accès réservé à l’imprimeur"


async def test_a_stranger_learns_nothing_about_which_batches_are(client, batch):
    known = await client.get(batch.fetch_path)
    unknown = await client.get(f"/impression/lots/{uuid4()}/1")
    assert known.status_code == unknown.status_code == 401
    assert known.json()["detail"] == unknown.json()["detail"]


@pytest.mark.parametrize("batch_id", [str(UUID(int=404)), "1", "%00", "a" * 500])
async def test_unknown_batch(client, batch_id):
    answer = await client.get(f"/impression/lots/{batch_id}/1", headers=bearer())
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_refused_batch_is_gone(client, world, batch):
    await world.receive(batch, "refused", reason="x")
    answer = await client.get(batch.fetch_path, headers=bearer())
    assert answer.status_code == 410
    assert answer.headers["content-type"] == "application/problem+json"


async def test_other_methods_and_addresses_are_problems_too(client, batch):
    assert (await client.put(batch.fetch_path, headers=bearer())).status_code == 405
    answer = await client.get("/nothing", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


async def test_the_token_is_in_no_log(client, batch, capfd):
    await client.get(batch.fetch_path, headers=bearer())
    await client.get(batch.fetch_path, headers=bearer("almost-" + TOKEN))
    written = capfd.readouterr()
    assert TOKEN not in written.out + written.err


def test_settings_refuse_what_cannot_be(settings):
    good = {name: getattr(settings, name) for name in type(settings).model_fields}
    good |= {"public_url": "https://espace.test", "help_phone": "05 00 00 00 00", "help_email": "aide@mutuelle.test"}
    for wrong in (
        {"print_shop_token": "short"},
        {"print_batch_max_letters": 0},
        {"print_file_keep_days": 8},
        {"sender_lines": "|".join("abcdefg")},
        {"environment": "production"},  # the sender's address is nobody's
        {"environment": "production", "sender_lines": "1 rue Vraie|75001 Paris", "print_shop_token": "demo-" + TOKEN},
    ):
        with pytest.raises(ValueError, match="validation error"):
            Settings(**{**good, **wrong})
    Settings(**{**good, "environment": "production", "sender_lines": "1 rue Vraie|75001 Paris"})
