"""Two activation processes on one database: every request of a visitor goes to the other one than the request before."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import count
from uuid import uuid4

import pytest
from sqlalchemy import text
from support.messaging import until
from support.replicas import Replicas, Turns, environment_of, own_servers, side_by_side, together

from activation import number_attempts, sign_in_attempts
from activation.models import Account, NumberAttempts
from shared.contracts.provisional_password import generate
from shared.database.engine import Database
from shared.security.assertions import HEADER, verify

from .conftest import Visitor, World, answers
from .recovery_steps import ANSWER, LINK, NEW_PASSWORD, QUESTION, REPORT, ask, opened_by

CHECK = "/internal/session?audience=member-space"
TRIES = 20
_addresses = (f"203.0.113.{number}" for number in count(1))
OLD = """
    INSERT INTO number_attempts SELECT n::text, '{}', now() - interval '2 days' FROM generate_series(1, 2000) n;
    INSERT INTO security_event (at, kind) SELECT now() - interval '366 days', 'old' FROM generate_series(1, 2000);
    INSERT INTO security_event (at, kind) VALUES (now() - interval '364 days', 'kept');
    INSERT INTO throttle SELECT sha256(n::text::bytea), now() - interval '1 hour' FROM generate_series(1, 20500) n;
    INSERT INTO throttle VALUES ('kept', now() + interval '1 hour');
"""


@pytest.fixture(scope="module")
async def world(_databases, rabbit) -> AsyncIterator[World]:
    with own_servers(_databases, rabbit, "activation") as (database_url, broker_url):
        made = World(database_url, broker_url=broker_url("activation"), tries_per_minute_per_address=TRIES)
        yield made
        await made.close()


@pytest.fixture(scope="module")
async def replicas(world: World, tmp_path_factory) -> AsyncIterator[Replicas]:
    for statement in filter(str.strip, OLD.split(";")):
        await world.sql(statement)
    with side_by_side("activation", world.settings, tmp_path_factory.mktemp("replicas")) as running:
        yield running


@pytest.fixture
def someone(world: World, replicas: Replicas) -> Callable[[], Visitor]:
    """A visitor at a network address of their own."""

    def new(address: str = "") -> Visitor:
        visitor = world.visitor(Turns(replicas.addresses))
        visitor.http.headers["X-Forwarded-For"] = address or next(_addresses)
        return visitor

    return new


@pytest.fixture
def visitor(someone) -> Visitor:
    return someone()


@pytest.fixture(scope="module")
def numbers() -> Iterator[str]:
    """Member numbers, another one at each ``next``."""
    return map(str, count(300_000))


async def found(world: World, query: str) -> int:
    async with world.database.unit_of_work() as work:
        return int((await work.session.execute(text(query))).scalar_one())


async def test_both_purge_and_what_is_kept_stays(world, replicas):
    async def purged() -> bool:
        gone = ("security_event where kind = 'old'", "throttle where clear_at < now()")
        old = [await found(world, f"select count(*) from {one}") for one in gone]
        return not any(old) and not await found(world, "select count(*) from number_attempts where wrong_at = '{}'")

    await until(purged)
    assert await found(world, "select count(*) from security_event where kind = 'kept'") == 1
    assert await found(world, "select count(*) from throttle where key = 'kept'") == 1
    assert replicas.troubles() == []


async def test_the_way_in_with_each_step_at_the_other_replica(world, replicas, visitor, numbers, plain):
    number, email = next(numbers), "chemin@exemple.fr"
    typed = await world.letter(number=number)
    assert (await visitor.activate(provisional_password=typed, number=number, email=email)).status_code == 303
    for _ in replicas.addresses:
        assert "Votre compte est créé" in plain(await visitor.get("/compte/cree"))
    assert (await visitor.get(f"/compte/confirmer?jeton={await world.newest_token()}")).status_code == 303
    assert (await visitor.fill("/compte/confirmer")).status_code == 303
    for _ in replicas.addresses:
        assert "Votre compte adhérent a bien été activé" in plain(await visitor.get("/compte/confirmer"))
    signed_in = await visitor.sign_in(email)
    assert (signed_in.status_code, signed_in.headers["location"]) == (303, "/espace/")
    checks = [await visitor.get(CHECK) for _ in replicas.addresses]
    published = [(await visitor.get("/internal/keys")).json() for _ in replicas.addresses]
    for check in checks:
        assert check.status_code == 200
        for keys in published:
            verify(check.headers[HEADER], keys, "member-space")
    stolen = {"Cookie": f"__Host-session={visitor.cookie('__Host-session')}", "Accept": "*/*"}
    assert (await visitor.get(CHECK, **stolen)).status_code == 200
    assert (await visitor.http.post("/deconnexion")).status_code == 303
    for _ in replicas.addresses:
        assert (await visitor.get(CHECK, **stolen)).status_code == 401
    assert len(set(visitor.http._transport.went_to)) == 2


async def test_a_session_that_ends_at_one_while_the_other_checks_it(world, visitor, numbers):
    email = "fin@exemple.fr"
    await world.confirmed(email, number=next(numbers))
    await visitor.sign_in(email)
    await world.sql("update session set last_seen_at = last_seen_at - interval '1 minute'")

    async def waits_for_a_lock() -> bool:
        waiting = (
            "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()"
        )
        return await found(world, waiting) == 1

    async with world.database.unit_of_work() as signing_out:
        await signing_out.session.execute(text("delete from session"))
        check = asyncio.create_task(visitor.get(CHECK, Accept="*/*"))
        await until(waits_for_a_lock)
    assert (await check).status_code == 401


async def test_wrong_provisional_passwords_are_counted_together(world, someone, numbers):
    number = next(numbers)
    typed = await world.letter(number=number)
    visitors = [someone("203.0.113.50") for _ in range(4)]
    hidden = [await visitor.form_of("/compte/activer") for visitor in visitors for _ in range(3)]
    wrong = [form | answers(number=number, provisional_password=generate()) for form in hidden]
    tries = zip([visitor for visitor in visitors for _ in range(3)], wrong, strict=True)
    sent = await asyncio.gather(*(visitor.http.post("/compte/activer", data=form) for visitor, form in tries))
    assert sorted(answer.status_code for answer in sent) == [422] * 5 + [429] * 7
    for _ in range(2):
        assert (await visitors[0].activate(number=number, provisional_password=typed)).status_code == 429


async def test_failed_sign_ins_are_counted_together(someone):
    visitors = [someone() for _ in range(6)]
    typed = {"email": "compte@exemple.fr", "password": "quatre tortues rouges"}
    forms = [await visitor.form_of("/connexion") | typed for visitor in visitors]
    tries = [
        visitor.http.post("/connexion", data=form) for visitor, form in zip(visitors, forms, strict=True) for _ in "ab"
    ]
    assert sorted(answer.status_code for answer in await asyncio.gather(*tries)) == [422] * 5 + [429] * 7


async def test_a_form_sent_to_both_at_once_opens_one_account(world, visitor, numbers, plain):
    number, person, email = next(numbers), uuid4(), "double@exemple.fr"
    typed = await world.letter(number=number, person_id=person)
    form = await visitor.form_of("/compte/activer") | answers(number=number, provisional_password=typed, email=email)
    sent = await asyncio.gather(*(visitor.http.post("/compte/activer", data=form) for _ in range(4)))
    assert [answer.status_code for answer in sent] == [303] * 4
    for answer in sent:
        receipt = {"Cookie": answer.headers["set-cookie"].partition(";")[0]}
        assert "Votre compte est créé" in plain(await visitor.get("/compte/cree", **receipt))
    assert [account.email for account in await world.rows(Account) if account.person_id == person] == [email]
    told = [event for event in await world.events("account-activated") if event["person_id"] == str(person)]
    assert len(told) == 1


async def test_a_link_used_at_both_at_once_confirms_once(world, visitor, numbers, plain):
    number, person, email = next(numbers), uuid4(), "lien@exemple.fr"
    typed = await world.letter(number=number, person_id=person)
    await visitor.activate(provisional_password=typed, number=number, email=email)
    await visitor.get(f"/compte/confirmer?jeton={await world.newest_token()}")
    form = await visitor.form_of("/compte/confirmer")
    sent = await asyncio.gather(*(visitor.http.post("/compte/confirmer", data=form) for _ in range(6)))
    assert {answer.status_code for answer in sent} == {303}
    told = [event for event in await world.events("email-confirmed") if event["person_id"] == str(person)]
    assert len(told) == 1


async def test_a_password_is_chosen_once_with_each_step_at_the_other_replica(world, visitor, numbers):
    email = "oubli@exemple.fr"
    person = await world.confirmed(email, number=next(numbers))
    await asyncio.gather(*(ask(visitor, email) for _ in range(4)))
    assert len(await world.events("password-reset-requested")) == 1, "the rate of the address is counted together"
    await opened_by(visitor, await world.token_in("password-reset-requested"))
    form = await visitor.form_of(QUESTION) | {"secret_answer": ANSWER}
    sent = await asyncio.gather(*(visitor.http.post(QUESTION, data=form) for _ in range(4)))
    assert [(one.status_code, one.headers["location"]) for one in sent] == [(303, LINK)] * 4
    form = await visitor.form_of(LINK) | {"password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD}
    sent = await asyncio.gather(*(visitor.http.post(LINK, data=form) for _ in range(4)))
    assert [one.headers["location"] for one in sent] == ["/connexion?mot-de-passe=1"] * 4
    told = [one for one in await world.events("security-changed") if one["person_id"] == str(person)]
    assert [one["change"] for one in told] == ["password-reset"]
    assert (await visitor.sign_in(email, NEW_PASSWORD)).status_code == 303

    token = await world.token_in("security-changed")
    assert (await visitor.get(f"{REPORT}?jeton={token}")).status_code == 303
    form = await visitor.form_of(REPORT)
    sent = await asyncio.gather(*(visitor.http.post(REPORT, data=form) for _ in range(4)))
    assert [one.headers["location"] for one in sent] == [REPORT] * 4
    assert len([one for one in await world.events("account-frozen") if one["person_id"] == str(person)]) == 1
    for _ in range(2):
        assert (await visitor.sign_in(email, NEW_PASSWORD)).status_code == 403


async def test_one_network_address_is_counted_together(world, someone):
    near, far = [someone(f"2001:db8:{at}::{host}") for at, host in ((1, 1), (1, 2))], someone("2001:db8:2::1")
    forms = [await visitor.form_of("/connexion") for visitor in near]
    began = time.monotonic()
    tries = [
        near[place % 2].http.post(
            "/connexion", data=forms[place % 2] | {"email": f"{place}@exemple.fr", "password": "x"}
        )
        for place in range(2 * TRIES)
    ]
    statuses = [answer.status_code for answer in await asyncio.gather(*tries)]
    drained = math.ceil((time.monotonic() - began) / (60 / TRIES))
    assert set(statuses) == {422, 429}
    assert TRIES <= statuses.count(422) <= TRIES + drained < 2 * TRIES, "two counts would have let all through"
    assert (await far.sign_in("autre@exemple.fr")).status_code == 422


async def test_no_address_is_in_the_database(world, someone):
    await someone("198.51.100.77").sign_in("trace@exemple.fr")
    async with world.database.unit_of_work() as work:
        tables = await work.session.scalars(text("select tablename from pg_tables where schemaname = 'public'"))
        for table in list(tables):
            rows = await work.session.scalars(text(f'select t::text from "{table}" t'))
            assert not [row for row in rows if "198.51.100" in row or b"198.51.100".hex() in row]


async def test_a_purge_between_two_statements_costs_nobody_an_error(make_world):
    one = make_world()
    other = Database(one.settings.database_url, "other replica")
    ended = asyncio.Event()

    async def purge() -> None:
        while not ended.is_set():
            await one.sql("delete from number_attempts")
            await one.sql("delete from sign_in_attempts")

    async def attempt(database: Database) -> None:
        for _ in range(60):
            async with database.unit_of_work() as work:
                await number_attempts.reserve(work, "number")
            async with database.unit_of_work() as work:
                await sign_in_attempts.reserve(work, "address")

    purging = asyncio.create_task(purge())
    await asyncio.gather(*(attempt(database) for database in (one.database, other) * 3))
    ended.set()
    await purging
    await other.close()
    assert len(await one.rows(NumberAttempts)) <= 1


async def test_replicas_that_start_together_migrate_once(world, postgres):
    name = f"test_{uuid4().hex[:12]}"
    url = postgres.create_role_and_database(name, "of-the-tests")
    environment = environment_of(world.settings) | {"DATABASE_URL": url}
    assert await asyncio.to_thread(together, "activation", "migrate", environment, 3) == [0, 0, 0]
    assert postgres.sql("select version_num from alembic_version", database=name) == "0011"
    postgres.sql(f"drop database {name}")
    postgres.sql(f"drop role {name}")


async def test_after_all_that_nothing_went_wrong(replicas):
    assert replicas.troubles() == []
    assert all(requests > 0 for requests in replicas.logged("request")), "both have worked"
