"""A batch that nobody takes in time is offered again; nobody gets an earlier run, and who may have a print of it is warned."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
import pytest
from sqlalchemy import update

from letters.app import create_app
from letters.models import BatchState, PrintBatchRow
from letters.reconciliation.deadlines import offer_overdue
from letters.reconciliation.runs import reprint

TOKEN = "of-the-tests-and-long-enough"


@pytest.fixture
async def batch(world):
    await world.ask(2)
    await world.maker().make()
    (made,) = await world.offered()
    return made


@pytest.fixture
async def client(world, letter_settings):
    app = create_app(letter_settings(database_url=world.database.url))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app), base_url="http://letters", headers={"Authorization": f"Bearer {TOKEN}"}
    ) as client:
        yield client


async def overdue(world):
    async with world.database.unit_of_work() as work:
        await work.session.execute(update(PrintBatchRow).values(taken_by=work.now - timedelta(seconds=1)))


async def test_offered_again_when_nobody_took_it_with_one_run_more(world, batch, closing_rules, signing_keys):
    rules = closing_rules()
    assert await offer_overdue(world.database, rules, signing_keys) is False
    await overdue(world)
    assert await offer_overdue(world.database, rules, signing_keys) is True
    assert await offer_overdue(world.database, rules, signing_keys) is False, "it has time again"
    first, second = await world.offered()
    assert (first.run, second.run, second.earlier_print_possible) == (1, 2, False)
    assert second.taken_by > first.taken_by
    same = {"run", "taken_by", "fetch_path"}
    assert first.model_dump(exclude=same) == second.model_dump(exclude=same)
    (row,) = await world.batches()
    assert (row.run, row.state) == (2, BatchState.OFFERED)
    assert [(note.step, note.run, note.why) for note in await world.notes()] == [
        ("offered", 1, ""), ("offered", 2, "not-taken"),
    ]  # fmt: skip


@pytest.mark.parametrize("outcome", ["taken", "printed", "posted", "refused"])
async def test_what_was_taken_is_never_offered_again_by_itself(world, batch, closing_rules, signing_keys, outcome):
    await world.receive(batch, outcome)
    await overdue(world)
    assert await offer_overdue(world.database, closing_rules(), signing_keys) is False


async def test_an_earlier_run_is_not_given_out_any_more(world, batch, client, closing_rules, signing_keys):
    assert (await client.get(batch.fetch_path)).status_code == 200
    await overdue(world)
    await offer_overdue(world.database, closing_rules(), signing_keys)
    again = (await world.offered())[-1]
    assert not again.earlier_print_possible, "it was fetched, and given to nobody: nobody may print it"
    assert (await claim(client, batch)).status_code == 409
    stale = await client.get(batch.fetch_path)
    assert (stale.status_code, stale.headers["content-type"]) == (409, "application/problem+json")
    assert (await client.get(again.fetch_path)).status_code == 200
    assert [note.step for note in await world.notes()] == ["offered", "fetched", "offered", "fetched"]


SPOOLS = (str(UUID(int=1)), str(UUID(int=2)))


async def claim(client, batch, spool=SPOOLS[0]):
    return await client.post(batch.fetch_path, headers={"Print-Shop-Spool": spool})


async def test_a_run_is_given_to_one_spool_however_often_it_asks(world, batch, client):
    outcomes = await asyncio.gather(*(claim(client, batch, SPOOLS[at % 2]) for at in range(20)))
    given = {SPOOLS[at % 2] for at, answer in enumerate(outcomes) if answer.status_code == 204}
    assert (
        [answer.status_code for answer in outcomes].count(204)
        == [answer.status_code for answer in outcomes].count(409)
        == 10
    )
    assert len(given) == 1
    assert (await claim(client, batch, given.pop())).status_code == 204
    assert [note.step for note in await world.notes()] == ["offered", "claimed"]


async def test_a_spool_says_its_name_and_a_refused_batch_is_nobodys(world, batch, client):
    assert (await client.post(batch.fetch_path)).status_code == 422
    assert (await claim(client, batch, "x")).status_code == 422
    await world.receive(batch, "refused")
    assert (await claim(client, batch)).status_code == 410


async def test_what_was_given_to_a_spool_is_not_offered_again_by_itself(
    world, batch, client, closing_rules, signing_keys
):
    await claim(client, batch)
    await overdue(world)
    assert await offer_overdue(world.database, closing_rules(), signing_keys) is False


async def test_what_may_be_printed_stays_doubtful_in_later_runs(world, batch, client, signing_keys):
    await claim(client, batch)
    for _ in range(2):
        async with world.database.unit_of_work() as work:
            row = await work.session.get(PrintBatchRow, batch.batch_id, with_for_update=True)
            assert await reprint(row, work, signing_keys, work.now, "Pile tombée", "Prénom Nom") == ""
    assert [one.earlier_print_possible for one in await world.offered()] == [False, True, True]
    assert (await claim(client, (await world.offered())[-1], SPOOLS[1])).status_code == 204, (
        "each run is anybody's anew"
    )


async def test_fetching_twice_is_noted_once(world, batch, client):
    for _ in range(3):
        await client.get(batch.fetch_path)
    assert [note.step for note in await world.notes()] == ["offered", "fetched"]


async def test_a_run_taken_late_is_taken(world, batch, closing_rules, signing_keys):
    await overdue(world)
    await offer_overdue(world.database, closing_rules(), signing_keys)
    await world.receive(batch, "taken", run=1)
    (row,) = await world.batches()
    assert (row.state, row.run, row.doubt) == (BatchState.TAKEN, 2, "")


async def test_a_batch_of_an_earlier_version_is_left_to_people(world, batch, closing_rules, signing_keys):
    async with world.database.unit_of_work() as work:
        await work.session.execute(update(PrintBatchRow).values(manifest=None))
    await overdue(world)
    assert await offer_overdue(world.database, closing_rules(), signing_keys) is False
    assert len(await world.offered()) == 1
