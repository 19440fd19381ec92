"""One bound for one network address at all replicas; the address itself is nowhere."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.requests import Request

from shared.database import throttle
from shared.database.engine import Database
from shared.database.throttle import Rate
from shared.security.key_ring import KeyRing, encode_key
from shared.web.address_limit import AddressLimit
from shared.web.client_address import client_address, network_of
from shared.web.problems import install_errors

KEYS = KeyRing.parse(f"f2:{encode_key(b'2' * 32)},f1:{encode_key(b'1' * 32)}")


def an_app(database: Database, name: str = "here", keys: KeyRing = KEYS, most: int = 2) -> FastAPI:
    app, limit = FastAPI(), AddressLimit(database, keys, name, Rate(most, timedelta(hours=1)))
    install_errors(app)

    @app.get("/")
    async def page(request: Request) -> str:
        await limit.let_pass(request)
        return "passed"

    app.state.limit = limit
    return app


async def ask(app: FastAPI, address: str) -> httpx.Response:
    headers = {"X-Forwarded-For": address}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://s", headers=headers) as client:
        return await client.get("/")


@pytest.fixture
async def database(messaging_database, postgres):
    name = messaging_database.rpartition("/")[2]
    throttle.create_throttle(lambda sql: postgres.sql(sql, database=name))
    postgres.sql("grant all on throttle to public", database=name)
    opened = Database(messaging_database, "tests")
    yield opened
    await opened.close()


async def test_replicas_count_together_and_say_when_to_come_back(database):
    first, second = an_app(database), an_app(database)
    assert [(await ask(app, "203.0.113.9")).status_code for app in (first, second)] == [200, 200]
    refused = await ask(first, "203.0.113.9")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1800")
    assert (await ask(second, "203.0.113.10")).status_code == 200


async def test_machines_of_one_ipv6_network_count_together(database):
    app = an_app(database)
    addresses = ["2001:db8::1", "2001:db8::ffff:1", "2001:db8::2", "2001:db8:0:1::1"]
    assert [(await ask(app, one)).status_code for one in addresses] == [200, 200, 429, 200]


async def test_limits_of_other_names_and_keys_count_apart(database):
    older = KeyRing(dict(reversed(list(KEYS))))
    for app in (an_app(database, most=1), an_app(database, "there", most=1), an_app(database, keys=older, most=1)):
        assert [(await ask(app, "203.0.113.9")).status_code for _ in range(2)] == [200, 429]


async def test_no_address_is_kept(database):
    assert (await ask(an_app(database), "203.0.113.9")).status_code == 200
    async with database.unit_of_work() as work:
        (row,) = (await work.session.execute(text("select * from throttle"))).all()
    assert len(row.key) == 16
    assert b"203" not in row.key
    assert set(row._mapping) == {"key", "clear_at"}


async def test_it_forgets(database):
    app = an_app(database)
    await ask(app, "203.0.113.9")
    assert await app.state.limit.purge() is False
    async with database.unit_of_work() as work:
        assert await work.session.scalar(text("select count(*) from throttle")) == 1
        await work.session.execute(text("update throttle set clear_at = now()"))
    assert await app.state.limit.purge() is False
    async with database.unit_of_work() as work:
        assert await work.session.scalar(text("select count(*) from throttle")) == 0


async def test_a_database_that_is_away_is_503(free_port):
    away = Database(f"postgresql://x:x@127.0.0.1:{free_port}/x", "tests")
    answer = await ask(an_app(away), "203.0.113.9")
    await away.close()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", ""),
        ("unix:", ""),
        ("203.0.113.9:4711", ""),
        ("x" * 10_000, ""),
    ],
)
def test_what_counts_as_one_place(address, network):
    assert network_of(address) == network


@pytest.mark.parametrize(
    ("proxies", "forwarded", "seen"),
    [
        (1, ["6.6.6.6, 203.0.113.9"], "203.0.113.9"),
        (1, ["203.0.113.9"], "203.0.113.9"),
        (1, ["6.6.6.6", "203.0.113.9"], "203.0.113.9"),
        (1, [], "192.0.2.1"),
        (1, ["6.6.6.6,"], "192.0.2.1"),
        (2, ["6.6.6.6, 203.0.113.9, 10.0.0.1"], "203.0.113.9"),
        (2, ["6.6.6.6", "203.0.113.9", "10.0.0.1"], "203.0.113.9"),
        (2, ["203.0.113.9"], "192.0.2.1"),
        (0, ["6.6.6.6, 203.0.113.9"], "192.0.2.1"),
    ],
)
def test_only_what_our_own_proxies_added_is_believed(proxies, forwarded, seen):
    app = FastAPI()
    app.state.trusted_proxies = proxies
    headers = [(b"x-forwarded-for", one.encode()) for one in forwarded]
    assert client_address(Request({"type": "http", "headers": headers, "client": ("192.0.2.1", 5), "app": app})) == seen


def test_without_a_word_about_proxies_the_gateway_is_the_only_one():
    headers = [(b"x-forwarded-for", b"6.6.6.6, 203.0.113.9")]
    assert client_address(Request({"type": "http", "headers": headers, "client": ("192.0.2.1", 5)})) == "203.0.113.9"
