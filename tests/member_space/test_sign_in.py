"""Nobody gets in without an assertion that activation signed for this service, now."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest

from shared.security.assertions import HEADER
from shared.web import published_keys

from .conftest import Activation, new_signer


async def status(client: httpx.AsyncClient, headers: dict[str, str]) -> int:
    return (await client.get("/espace/ouverture", headers=headers)).status_code


async def test_without_assertion_a_page_or_a_problem(client) -> None:
    page = await client.get("/espace/ouverture")
    assert page.status_code == 401
    assert "Connectez-vous pour continuer" in page.text
    assert page.headers["cache-control"] == "no-store"
    problem = await client.get("/espace/ouverture", headers={"Accept": "application/json"})
    assert (problem.status_code, problem.headers["content-type"]) == (401, "application/problem+json")


async def test_a_valid_assertion_gets_in(client, activation: Activation) -> None:
    assert await status(client, activation.header(uuid4())) == 200


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "x",
        "é",
        "a.b.c",
        "eyJraWQiOiJrMSJ9.e30.AAAA",
        "eyJraWQiOnt9fQ.e30.",
        "eyJhbGciOiJub25lIiwia2lkIjoiazEifQ.e30.",
        "[" * 5000,
    ],
)
async def test_forged_text_is_refused(client, forged: str) -> None:
    assert await status(client, {HEADER: forged.encode("utf-8")}) == 401


async def test_altered_claims_are_refused(client, activation) -> None:
    mine, other = (activation.header(uuid4())[HEADER].split(".") for _ in range(2))
    assert await status(client, {HEADER: ".".join([mine[0], other[1], mine[2]])}) == 401


async def test_another_signer_under_the_same_key_id_is_refused(client, activation) -> None:
    activation.signer = new_signer("k1")
    assert await status(client, activation.header(uuid4())) == 401


@pytest.mark.parametrize("age", [timedelta(seconds=70), timedelta(days=1), timedelta(seconds=-30)])
async def test_expired_and_future_are_refused(client, activation, age) -> None:
    assert await status(client, activation.header(uuid4(), now=datetime.now(UTC) - age)) == 401


@pytest.mark.parametrize("audience", ["registration", "member_space", ""])
async def test_another_audience_is_refused(client, activation, audience) -> None:
    assert await status(client, activation.header(uuid4(), audience)) == 401


async def test_bare_identity_headers_are_nothing(client) -> None:
    bare = {
        "X-Person-Id": str(uuid4()),
        "X-Account-Id": str(uuid4()),
        "Authorization": "Bearer x",
        "Cookie": "__Host-session=x",
    }
    assert await status(client, bare) == 401


async def test_keys_are_fetched_once_and_again_for_a_new_key(client, activation, monkeypatch) -> None:
    for _ in range(5):
        assert await status(client, activation.header(uuid4())) == 200
    assert activation.publisher.asked == 1
    activation.signer = new_signer("k2")
    activation.publisher.keys = activation.signer.published()
    monkeypatch.setattr(published_keys, "FETCH_EVERY_SECONDS", 0)
    assert await status(client, activation.header(uuid4())) == 200
    assert activation.publisher.asked == 2


async def test_invented_key_ids_do_not_flood_activation(client, activation) -> None:
    stranger = Activation(activation.publisher, new_signer("unknown"))
    for _ in range(10):
        assert await status(client, stranger.header(uuid4())) == 401
    assert activation.publisher.asked == 1


@pytest.mark.parametrize(
    ("code", "keys"), [(500, {}), (200, []), (200, {"keys": 1}), (200, {"keys": ["x"]}), (200, "x")]
)
async def test_activation_away_is_503_and_never_trust(client, activation, code, keys, monkeypatch) -> None:
    good = activation.publisher.keys
    activation.publisher.status, activation.publisher.keys = code, keys
    for _ in range(2):
        page = await client.get("/espace/ouverture", headers=activation.header(uuid4()))
        assert page.status_code == 503
        assert "momentanément indisponible" in page.text
    assert activation.publisher.asked == 1
    activation.publisher.status, activation.publisher.keys = 200, good
    monkeypatch.setattr(published_keys, "FETCH_EVERY_SECONDS", 0)
    assert await status(client, activation.header(uuid4())) == 200


async def test_withdrawn_key_stops_working(client, activation, monkeypatch) -> None:
    assert await status(client, activation.header(uuid4())) == 200
    activation.publisher.keys = new_signer("k2").published()
    monkeypatch.setattr(published_keys, "KEEP_SECONDS", 0)
    monkeypatch.setattr(published_keys, "FETCH_EVERY_SECONDS", 0)
    assert await status(client, activation.header(uuid4())) == 401


async def test_known_keys_serve_while_activation_is_away_for_a_moment(client, activation) -> None:
    assert await status(client, activation.header(uuid4())) == 200
    activation.publisher.status = 500
    assert await status(client, activation.header(uuid4())) == 200
