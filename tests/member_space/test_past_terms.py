"""Exports go on to name what has ended long ago: what a purge has taken does not come back."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from support.forgetting import forget
from support.messaging import count
from support.statements import asked

from member_space.contracts.beneficiary_import import BENEFICIARIES
from member_space.contracts.contract_import import CONTRACTS
from member_space.reimbursements.reimbursement_import import REIMBURSEMENTS
from member_space.retention import first_day_kept, rules
from shared.database.retention import forget_some

CONTRACT = "reference;number;coverage;since;until\nR1;C-0001;1;01/01/2001;{}\n"
COVERED = (
    "number;contract;reference;given_name;family_name;birth_date;relation;since;until\n"
    "B-0001;C-0002;R1;Léa;GARNIER;01/01/2000;enfant;01/01/2001;{}\n"
)
PAID = (
    "number;reference;care_date;beneficiary;act;spent;base;social_security_share;mutual_share;rest_to_pay;payee;paid_on\n"
    "R-0001;R1;01/02/2001;Léa;Acte;10,00;10,00;7,00;2,00;1,00;person;{}\n"
)
EACH = [
    (CONTRACTS, CONTRACT, "contract"),
    (BENEFICIARIES, COVERED, "beneficiary"),
    (REIMBURSEMENTS, PAID, "reimbursement"),
]


@pytest.fixture
def first(settings):
    """The first day whose data is kept."""
    return first_day_kept(datetime.now(UTC), settings)


@pytest.fixture(autouse=True)
async def _running(load):
    """A contract that runs, of whom has left it."""
    await load(CONTRACTS, "reference;number;coverage;since\nR1;C-0002;1;01/01/2001\n")


def day(of: date) -> str:
    return of.strftime("%d/%m/%Y")


@pytest.mark.parametrize(("what", "line", "table"), EACH)
async def test_what_ended_too_long_ago_is_left_out_and_nothing_is_refused(load, database, first, what, line, table):
    number = f"select count(*) from {table} where number <> 'C-0002'"
    before = line.format(day(first - timedelta(days=1)))
    assert await load(what, before, first) == (0, "ligne;colonne;motif\n")
    assert await count(database, number) == 0
    assert (await load(what, line.format(day(first)), first))[0] == 1
    assert await count(database, number) == 1


@pytest.mark.parametrize(("what", "line", "table"), EACH)
async def test_what_is_still_there_is_corrected_then_purged_and_stays_away(
    load, database, settings, first, what, line, table
):
    """That it ended long ago may be told late: left alone, it would be shown for ever."""
    number = f"select count(*) from {table} where number <> 'C-0002'"
    assert (await load(what, line.format(day(first)), first))[0] == 1
    ended = line.format(day(first - timedelta(days=1)))
    assert (await load(what, ended, first))[0] == 1
    await forget(database, rules(settings))
    assert await count(database, number) == 0
    assert (await load(what, ended, first))[0] == 0
    assert await count(database, number) == 0


async def test_the_last_line_of_a_number_holds_also_when_its_day_is_past(load, database, first):
    lines = CONTRACT.format("") + CONTRACT.format(day(first - timedelta(days=1))).splitlines()[1] + "\n"
    assert (await load(CONTRACTS, lines, first))[0] == 2
    assert await count(database, "select count(*) from contract where until is not null") == 1


async def test_the_command_tells_how_many_lines_it_left_out(run_command, database, first):
    line = PAID.format(day(first - timedelta(days=1)))
    told = await run_command("import-reimbursements", line + line.splitlines()[1].replace("R-0001", "R-0002") + "\n")
    assert told.exit_code == 0, told.output
    assert "lignes refusées 0, lignes écartées, leur durée de conservation étant passée 2\n" in told.output
    assert await count(database, "select count(*) from reimbursement") == 0


@pytest.mark.parametrize(("at", "first"), [
    (datetime(2026, 7, 31, 21, 59, tzinfo=UTC), date(2021, 7, 31)),  # 23:59 in France, then and five years before
    (datetime(2026, 7, 31, 22, 1, tzinfo=UTC), date(2021, 8, 1)),
])  # fmt: skip
def test_days_are_those_of_france(settings, at, first):
    assert first_day_kept(at, settings) == first


async def test_the_oldest_reimbursements_are_found_by_an_index(database, settings):
    (rule,) = [rule for rule in rules(settings) if rule.name == "reimbursements"]
    with asked() as seen:
        await forget_some(database, rule)
    [(query, given)] = [one for one in seen if "SKIP LOCKED" in one[0]]
    async with database.unit_of_work() as work:
        connection = await work.session.connection()
        # of a table of nothing the planner would read the whole
        for way in ("seqscan", "bitmapscan"):
            await work.session.execute(text(f"SET LOCAL enable_{way} = off"))
        plan = "\n".join(row[0] for row in await connection.exec_driver_sql(f"EXPLAIN {query}", given))
    assert "Index Scan using reimbursement_age" in plan
    assert "Sort" not in plan
