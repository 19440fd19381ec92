"""One assertion, one request (decision 0017): whichever replica sees it, and whatever becomes of the request."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
from fastapi import FastAPI
from sqlalchemy import text
from support.forgetting import forget

from member_space.access import used_assertions
from member_space.app import create_app
from member_space.retention import rules
from shared.security.assertions import CLOCK_SKEW_SECONDS, HEADER, LIFETIME_SECONDS


def browser(app: FastAPI) -> httpx.AsyncClient:
    """Someone in front of an application, who wants pages."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url="https://testserver",
        headers={"Accept": "text/html"},
    )


async def kept(database) -> int:
    async with database.unit_of_work() as work:
        return int((await work.session.execute(text("SELECT count(*) FROM used_assertion"))).scalar_one())


async def test_the_second_use_is_answered_like_none_at_all(client, activation, open_space) -> None:
    headers = activation.header(await open_space("DEMO-0001"))
    assert "Garnier" not in (none := await client.get("/espace/")).text
    assert (await client.get("/espace/", headers=headers)).status_code == 200
    for _ in range(2):
        again = await client.get("/espace/", headers=headers)
        assert (again.status_code, again.headers["cache-control"]) == (401, "no-store")
        assert again.text.split("<main")[1] == none.text.split("<main")[1]


async def test_another_spelling_of_the_same_assertion_is_the_same(client, activation) -> None:
    """Base64 has unused bits: texts that differ may be one signature."""
    sent = activation.header(uuid4())[HEADER]
    assert (await client.get("/espace/ouverture", headers={HEADER: sent})).status_code == 200
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for other in {*alphabet} - {sent[-1]}:
        assert (await client.get("/espace/ouverture", headers={HEADER: sent[:-1] + other})).status_code == 401
    for spelling in (sent + "=", sent + "==", sent + "\t", f"Bearer {sent}"):
        assert (await client.get("/espace/ouverture", headers={HEADER: spelling})).status_code == 401


async def test_of_twenty_at_once_on_two_replicas_one_passes(settings, database, activation) -> None:
    apps = [create_app(settings) for _ in range(2)]
    headers = activation.header(uuid4())
    async with browser(apps[0]) as first, browser(apps[1]) as second:
        for warm in (first, second):
            assert (await warm.get("/espace/ouverture", headers=activation.header(uuid4()))).status_code == 200
        answers = await asyncio.gather(
            *((first, second)[n % 2].get("/espace/ouverture", headers=headers) for n in range(20))
        )
    for app in apps:
        await app.state.database.close()
    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: 19}
    assert await kept(database) == 3


async def test_a_request_that_fails_leaves_it_to_the_next_try(app, database, activation, open_space, change) -> None:
    """As when a replica dies with a request in hand: the gateway sends a GET to the next one."""
    headers = activation.header(await open_space("DEMO-0001"))
    async with browser(app) as client:
        change("ALTER TABLE contract RENAME TO away")
        assert (await client.get("/espace/", headers=headers)).status_code == 500
        assert await kept(database) == 0
        change("ALTER TABLE away RENAME TO contract")
        assert (await client.get("/espace/", headers=headers)).status_code == 200
        assert (await client.get("/espace/", headers=headers)).status_code == 401


async def test_nothing_is_shown_before_its_use_is_committed(app, change, activation, open_space) -> None:
    headers = activation.header(await open_space("DEMO-0001"))
    change(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'at commit'; END $$",
        "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON used_assertion DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION refuse()",
    )
    async with browser(app) as client:
        page = await client.get("/espace/", headers=headers)
    assert page.status_code == 500
    assert "Garnier" not in page.text


async def test_who_waits_for_the_first_use_gets_through_when_it_came_to_nothing(app, database, activation) -> None:
    headers = activation.header(uuid4())
    async with browser(app) as client:
        async with database.unit_of_work() as work:
            await work.session.execute(text("LOCK TABLE space IN ACCESS EXCLUSIVE MODE"))
            first = asyncio.create_task(client.get("/espace/ouverture", headers=headers))
            await waits_for_a_lock(work.session, 1)
            second = asyncio.create_task(client.get("/espace/ouverture", headers=headers))
            await waits_for_a_lock(work.session, 2)
            await work.session.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND relation = 'space'::regclass"
                )
            )
        assert sorted([(await first).status_code, (await second).status_code]) == [200, 503]


async def waits_for_a_lock(session, sessions: int) -> None:
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    async with asyncio.timeout(20):
        while (await session.execute(query)).scalar_one() < sessions:
            await session.execute(text("SELECT pg_stat_clear_snapshot()"))
            await asyncio.sleep(0.02)


async def test_old_ones_are_forgotten_only_when_their_age_refuses_them(
    client, database, settings, activation, change
) -> None:
    now = datetime.now(UTC)
    oldest_that_passes = timedelta(seconds=LIFETIME_SECONDS + CLOCK_SKEW_SECONDS - 10)
    headers = activation.header(uuid4(), now=now - oldest_that_passes)
    assert (await client.get("/espace/ouverture", headers=headers)).status_code == 200
    await forget(database, rules(settings))
    assert (await client.get("/espace/ouverture", headers=headers)).status_code == 401
    assert await kept(database) == 1
    change("UPDATE used_assertion SET expires_at = expires_at - interval '5 minutes 20 seconds'")
    await forget(database, rules(settings))
    assert await kept(database) == 0
    assert timedelta(seconds=2 * CLOCK_SKEW_SECONDS) < used_assertions.KEPT


async def test_a_refused_request_has_used_it_and_done_nothing_else(app, database, activation, open_space) -> None:
    headers = activation.header(await open_space("DEMO-0001"))
    async with browser(app) as client:
        assert (await client.get("/espace/remboursements/NONE-0001", headers=headers)).status_code == 404
        assert (await client.get("/espace/remboursements/NONE-0001", headers=headers)).status_code == 401
    assert await kept(database) == 1
