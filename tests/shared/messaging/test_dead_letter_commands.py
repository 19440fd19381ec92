"""The command line of dead letters, run as people run it."""

import asyncio
import getpass
import os
import subprocess
import sys
from dataclasses import dataclass

import pytest
from support.dead_letters import bury, bury_many, envelope
from support.every_service import SETTINGS
from support.messaging import QUEUE, count, depth
from typer.testing import CliRunner

from member_space.__main__ import commands
from shared.database.engine import Database
from shared.messaging.dead_letters import journal
from shared.messaging.topology import ANSWERS_FOR, dead_letter_queue

DEAD = dead_letter_queue(QUEUE)


@dataclass(frozen=True)
class Ran:
    status: int
    out: str
    err: str


@pytest.fixture
def url(new_database):
    return new_database("member_space")


@pytest.fixture
async def space(url):
    """The member space's own database."""
    database = Database(url, "tests")
    yield database
    await database.close()


@pytest.fixture
def run(url, broker_url):
    """``await run("list")``: the command line of the member space, in a process of its own."""

    def settings(given):
        own = {"database_url": url, "broker_url": broker_url("member-space")} | given
        return {name.upper(): value for name, value in (SETTINGS | own).items()}

    async def run(*words, typed="", **given):
        command = [sys.executable, "-m", "member_space", "dead-letters", *words]
        environment = {"PATH": os.environ["PATH"], "NO_COLOR": "1", **settings(given)}
        ran = await asyncio.to_thread(
            subprocess.run,
            command,
            env=environment,
            input=typed,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    return run


async def test_list_and_show_tell_what_is_there_without_personal_data(run, watching):
    message_id = await bury(watching, envelope())
    await bury(
        watching, b'{"family_name": "Garnier"', "undecodable: not an envelope: body", at="2026-11-22T22:00:00+01:00"
    )
    listed = await run("list")
    assert listed.status == 0, listed.err
    (row,) = [line for line in listed.out.splitlines() if line.startswith(QUEUE)]
    assert row.split()[:4] == [QUEUE, "2", "2026-11-22", "21:00:00"]
    assert "1 × permanent: unknown person" in listed.out
    assert "1 × undecodable: not an envelope: body" in listed.out
    each = await run("list", "--queue", DEAD)
    assert [line.split()[0] for line in each.out.splitlines()[1:3]][1] == message_id
    shown = await run("show", message_id)
    assert shown.status == 0, shown.err
    rows = dict(line.split(maxsplit=1) for line in shown.out.splitlines())
    assert rows["reason"] == "permanent: unknown person"
    assert rows["type"] == "fr.espace.email-confirmed.v1"
    assert rows["data.civility"] == "Mme"
    assert rows["data.family_name"] == "••• (7 characters)"
    for told in (listed, each, shown):
        assert not [secret for secret in ("Garnier", "Jeanne", "exemple") if secret in told.out + told.err]


async def test_replay_asks_first_and_then_does_it(run, watching, space):
    await bury_many(watching, 2)
    refused = await run("replay", "--all", "--reason", "mended", typed="n\n")
    assert (refused.status, await depth(watching, QUEUE)) == (1, 0)
    assert "Replay 2 dead letters?" in refused.out
    done = await run("replay", "--all", "--reason", "mended", typed="y\n")
    assert (done.status, done.err) == (0, "")
    assert "Replayed: 2 dead letters." in done.out
    assert await depth(watching, QUEUE) == 2
    assert {(row.who, row.reason, row.state) for row in await journal.read(space, 10)} == {
        (getpass.getuser(), "mended", "done")
    }


async def test_drop_takes_one_and_the_journal_tells(run, watching, space):
    first, _ = await bury_many(watching, 2)
    dropped = await run("drop", first, "--reason", "a test", "--who", "Claude Bernard", "--yes")
    assert (dropped.status, dropped.err) == (0, "")
    assert await depth(watching, DEAD) == 1
    told = await run("journal")
    assert told.status == 0, told.err
    (row,) = [line for line in told.out.splitlines() if first in line]
    assert "Claude Bernard" in row
    assert "drop" in row
    assert "done" in row
    assert "a test" in row
    assert "permanent: unknown person" in row


async def test_limit_takes_some_of_a_queue(run, watching):
    await bury_many(watching, 5)
    ran = await run("replay", "--queue", QUEUE, "--limit", "3", "--reason", "mended", "--yes")
    assert ran.status == 0, ran.err
    assert (await depth(watching, QUEUE), await depth(watching, DEAD)) == (3, 2)


async def test_empty_queues_are_no_error(run, vhost):
    listed = await run("list")
    assert (listed.status, listed.err) == (0, "")
    assert listed.out.splitlines()[1].split() == [QUEUE, "0", "–"]
    nothing = await run("replay", "--all", "--reason", "mended")
    assert (nothing.status, nothing.err) == (0, "")
    assert f"No dead letters in {', '.join(ANSWERS_FOR['member-space'])}: nothing to replay." in nothing.out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["replay", "--all"], "--reason"),
        (["replay", "--all", "--reason", " "], "a reason is needed"),
        (["replay", "--all", "--reason", "x", "--who", ""], "a name is needed"),
        (["replay", "--reason", "x"], "say which"),
        (["drop", "--all", "--queue", QUEUE, "--reason", "x"], "--all goes with neither"),
        (["drop", "Garnier", "--reason", "x"], "neither an id nor"),
        (["show", "abc"], "neither an id nor"),
        (["list", "--queue", "letters.account-requested"], "answers for member-space.email-confirmed"),
        (["list", "--limit", "0"], "--limit"),
    ],
)
def test_what_is_mistyped_is_told_with_status_2(words, told):
    ran = CliRunner().invoke(commands, ["dead-letters", *words])
    assert ran.exit_code == 2
    assert told in " ".join(ran.stderr.replace("│", " ").split())


async def test_what_is_not_there_is_told_and_nothing_is_touched(run, watching, space):
    present = await bury(watching, envelope())
    absent = envelope()["id"]
    for words in (["show", absent], ["replay", present, absent, "--reason", "x", "--yes"]):
        ran = await run(*words)
        assert (ran.status, ran.out) == (1, "")
        assert f"No dead letter here is named {absent}." in ran.err
    assert (await depth(watching, DEAD), await depth(watching, QUEUE)) == (1, 0)
    assert await count(space, "SELECT count(*) FROM dead_letter_journal") == 0


async def test_a_broker_or_a_database_that_is_away_is_told_with_what_to_do(run, watching, free_port, space):
    await bury(watching, envelope())
    away = await run("list", broker_url=f"amqp://nobody@127.0.0.1:{free_port}/none")
    assert (away.status, away.out) == (1, "")
    assert away.err.startswith("The broker does not answer: ")
    assert "BROKER_URL" in away.err
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port}/none"
    without = await run("replay", "--all", "--reason", "x", "--yes", database_url=nowhere)
    assert without.status == 1
    assert without.err.startswith("The database does not answer.")
    assert (await depth(watching, DEAD), await depth(watching, QUEUE)) == (1, 0)


async def test_an_older_topology_and_an_older_database_are_told_so(run, rabbit, vhost, watching, url, postgres):
    await bury(watching, envelope())
    postgres.sql("drop table dead_letter_journal", database=url.rsplit("/", 1)[1])
    ran = await run("replay", "--all", "--reason", "x", "--yes")
    assert ran.status == 1
    assert "run `member-space migrate`" in ran.err
    assert await depth(watching, DEAD) == 1
    await watching.queue_delete(DEAD)
    ran = await run("list")
    assert ran.status == 1
    assert "Import definitions.json again" in ran.err


def test_help_has_examples():
    ran = CliRunner().invoke(commands, ["dead-letters", "--help"])
    assert ran.exit_code == 0
    assert f"dead-letters replay --queue {QUEUE}" in " ".join(ran.output.replace("│", " ").split())
