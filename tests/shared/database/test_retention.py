"""What is past its term goes: exactly that, in bounded portions, once, and told beforehand by a dry run."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Column, DateTime, ForeignKey, Integer, MetaData, Table, Text, delete, select, text
from sqlalchemy.exc import DBAPIError
from support.forgetting import due, forget

from shared.database.engine import Database
from shared.database.retention import Forgetting, Rule, forget_some, in_words, look
from shared.observability.metrics import FORGOTTEN
from shared.purge_command import run_purge

metadata = MetaData()
letter = Table(
    "letter", metadata,
    Column("id", Integer, primary_key=True), Column("place", Integer, primary_key=True),
    Column("at", DateTime(timezone=True)), Column("name", Text, nullable=False), Column("state", Text, nullable=False),
)  # fmt: skip
page = Table(
    "page", metadata,
    Column("id", Integer, primary_key=True), Column("at", DateTime(timezone=True)),
)  # fmt: skip
line = Table("line", metadata, Column("page", ForeignKey("page.id")), Column("text", Text))
CREATE = """
    create table letter (id int, place int, at timestamptz, name text not null, state text not null, primary key (id, place));
    create table page (id int primary key, at timestamptz);
    create table line (page int references page (id), text text);
    create table journal (id int primary key, at timestamptz);
    insert into letter select n, 1, now() - n * interval '1 day', 'N' || n, case when n % 2 = 0 then 'sent' else 'waits' end
      from generate_series(1, 60) n;
    insert into letter values (0, 0, null, 'never', 'sent');
    insert into page select n, now() - n * interval '1 hour' from generate_series(1, 5) n;
    insert into line select n, 'x' from generate_series(1, 5) n;
    insert into journal select n, now() - n * interval '1 day' from generate_series(1, 5) n;
    grant all on letter, page, line to public; grant select, delete on journal to public
"""
journal = Table(
    "journal", metadata, Column("id", Integer, primary_key=True), Column("at", DateTime(timezone=True))
)  # fmt: skip
SENT = Rule("sent", "letters that were sent", letter, letter.c.at, timedelta(days=30), (letter.c.state == "sent",))


@pytest.fixture
async def replicas(messaging_database, postgres):
    """Two pools on one database with 60 letters, one a day older than the other, every other one sent."""
    postgres.sql(CREATE, database=messaging_database.rpartition("/")[2])
    opened = [Database(messaging_database, f"tests {number}") for number in (1, 2)]
    yield opened
    for one in opened:
        await one.close()


async def left(database, query="select id from letter order by id"):
    async with database.unit_of_work() as work:
        return list((await work.session.scalars(text(query))).all())


async def test_a_dry_run_changes_nothing_and_tells_what_goes(replicas):
    before = await left(replicas[0])
    told = await look(replicas[0], SENT)
    assert await left(replicas[0]) == before
    assert told.count == 15 + 1, "those of 30 days and more: 30, 32 … 60"
    assert told.oldest is not None
    assert timedelta(days=60) <= datetime.now(UTC) - told.oldest < timedelta(days=61)
    counted = FORGOTTEN.labels("sent")._value.get()
    assert await forget_some(replicas[0], SENT) == (16, False)
    gone = set(before) - set(await left(replicas[0]))
    assert gone == set(range(30, 61, 2))
    assert FORGOTTEN.labels("sent")._value.get() - counted == 16
    again = await look(replicas[0], SENT)
    assert (again.count, again.oldest) == (0, None)


@pytest.mark.parametrize("days", [10, 59])
async def test_the_term_is_the_rules(replicas, days):
    rule = Rule("sent", "", letter, letter.c.at, timedelta(days=days))
    await forget(replicas[0], [rule])
    assert await left(replicas[0]) == list(range(days))


async def test_portions_are_bounded_and_the_oldest_go_first(replicas):
    assert await forget_some(replicas[0], SENT, 7) == (7, True)
    assert set(range(2, 61, 2)) - set(await left(replicas[0])) == set(range(48, 61, 2))
    assert await forget_some(replicas[0], SENT, 7) == (7, True)
    assert await forget_some(replicas[0], SENT, 7) == (2, False)


async def test_two_at_once_forget_each_row_once(replicas):
    portions = [forget_some(replicas[place % 2], SENT, 3) for place in range(10)]
    counts = [count for count, _ in await asyncio.gather(*portions)]
    while (more := await forget_some(replicas[0], SENT, 3)) != (0, False):
        counts.append(more[0])
    assert sum(counts) == 16
    assert max(counts) <= 3


async def test_a_row_in_use_is_left_for_another_time(replicas):
    async with replicas[1].unit_of_work() as work:
        await work.session.execute(select(letter).where(letter.c.id == 40).with_for_update())
        await forget(replicas[0], [SENT])
        assert 40 in await left(replicas[0])
    await forget(replicas[0], [SENT])
    assert 40 not in await left(replicas[0])


async def test_what_is_erased_stays_without_what_it_said(replicas):
    rule = Rule(
        "names", "", letter, letter.c.at, timedelta(days=30), (letter.c.name != "",), erased={"name": ""}
    )  # fmt: skip
    assert await due(replicas[0], [rule]) == {"names": 31}
    assert await forget_some(replicas[0], rule) == (31, False)
    assert len(await left(replicas[0])) == 61
    assert await left(replicas[0], "select name from letter where at < now() - interval '30 days' and name <> ''") == []
    assert await due(replicas[0], [rule]) == {}


async def test_rows_that_are_nothing_without_it_go_along(replicas):
    rule = Rule(
        "pages", "", page, page.c.at, timedelta(hours=3), along=lambda ids: (delete(line).where(line.c.page.in_(ids)),)
    )  # fmt: skip
    await forget(replicas[0], [rule])
    assert await left(replicas[0], "select id from page order by id") == [1, 2]
    assert await left(replicas[0], "select page from line order by page") == [1, 2]


async def test_a_journal_that_nobody_may_change_is_forgotten_all_the_same(replicas):
    append_only = Rule("journal", "", journal, journal.c.at, timedelta(days=3), append_only=True)
    portions = await asyncio.gather(*(forget_some(database, append_only) for database in replicas))
    assert sum(count for count, _ in portions) == 3
    assert await left(replicas[0], "select id from journal order by id") == [1, 2]


async def test_a_rule_that_fails_is_told_and_keeps_no_other_from_being_applied(replicas, postgres, capsys):
    postgres.sql("revoke delete on page from public", database=replicas[0].url.rpartition("/")[2])
    refused = Rule("pages", "", page, page.c.at, timedelta(hours=3))
    with pytest.raises(DBAPIError, match="permission denied"):
        await Forgetting(replicas[0], [refused, SENT])()
    assert len(await left(replicas[0])) == 45
    assert await asyncio.to_thread(run_purge, "letters", replicas[0].url, [SENT, refused], False) == 1
    assert "letters at pages: stopped by" in (told := capsys.readouterr().err)
    assert "42501" in told


def lines_of(output: str) -> dict[str, list[str]]:
    return {line.split()[0]: line.split() for line in output.splitlines() if line.strip()}


async def test_the_command_tells_then_forgets(replicas, capsys):
    def run(dry_run: bool) -> tuple[int, str]:
        status = run_purge("letters", replicas[0].url, [SENT], dry_run)
        return status, capsys.readouterr().out

    status, told = await asyncio.to_thread(run, True)
    assert status == 0
    assert lines_of(told)["sent"][:4] == ["sent", "30", "days", "16"]
    assert "nothing was changed" in told
    assert len(await left(replicas[0])) == 61
    status, told = await asyncio.to_thread(run, False)
    assert status == 0
    assert "sent: 16 forgotten" in told
    assert len(await left(replicas[0])) == 45
    status, told = await asyncio.to_thread(run, False)
    assert status == 0
    assert lines_of(told)["sent"][3] == "0"
    assert "nothing is past its term" in told


async def test_the_command_forgets_all_portions(replicas, capsys):
    async with replicas[0].unit_of_work() as work:
        await work.session.execute(
            text(
                "insert into letter select n, 2, now() - interval '99 days', '', 'sent' from generate_series(1, 2500) n"
            )
        )
    assert await asyncio.to_thread(run_purge, "letters", replicas[0].url, [SENT], False) == 0
    assert "sent: 2516 forgotten" in capsys.readouterr().out


def test_the_command_says_when_the_database_is_away(free_port, capsys):
    url = f"postgresql://x:secret-of-x@127.0.0.1:{free_port}/x"
    for dry_run in (True, False):
        assert run_purge("letters", url, [SENT], dry_run) == 1
        told = capsys.readouterr()
        assert "the database does not answer" in told.err
        assert "Nothing was changed" in told.err
        assert "secret-of-x" not in told.out + told.err


async def test_the_command_says_what_to_do_with_an_older_database(messaging_database, capsys):
    assert await asyncio.to_thread(run_purge, "letters", messaging_database, [SENT], True) == 1
    assert "run `letters migrate`" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("term", "words"),
    [
        (timedelta(days=30), "30 days"), (timedelta(days=1), "1 day"), (timedelta(minutes=5), "5 minutes"),
        (timedelta(0), "at once"), (timedelta(hours=12), "12 hours"), (timedelta(days=365), "365 days"),
        (timedelta(seconds=20), "20 seconds"),
    ],
)  # fmt: skip
def test_terms_in_words(term, words):
    assert in_words(term) == words
