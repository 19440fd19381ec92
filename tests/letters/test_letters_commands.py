"""The command line for operations."""

import asyncio

import pytest
from typer.testing import CliRunner

from letters.__main__ import commands
from letters.batches.maker import BatchMaker
from letters.handlers import on_account_requested
from shared.database.engine import Database


@pytest.fixture
def run(new_database, monkeypatch, command_settings):
    url = new_database("letters")
    for name, value in {**command_settings, "DATABASE_URL": url}.items():
        monkeypatch.setenv(name, value)

    def run(*arguments):
        done = CliRunner().invoke(commands, arguments)
        assert done.exit_code == 0, done.output
        return done.output

    run.url = url
    return run


def test_parked_letters_are_shown_without_names_and_released(run, account_requested, make_maker):
    async def park_one():
        database = Database(run.url, "tests")
        async with database.unit_of_work() as work:
            await on_account_requested(account_requested(address_lines=("1 rue X", "Paris")), work)
        maker: BatchMaker = make_maker(database)
        assert await maker.make() is True
        await database.close()

    assert run("parked") == "no parked letter\n"
    asyncio.run(park_one())
    shown = run("parked")
    assert shown.endswith("1 × postcode-line-wrong\n")
    assert "Garnier" not in shown
    assert run("release", "line-too-long") == "0 letters wait for the next batch\n"
    assert run("release", "postcode-line-wrong") == "1 letters wait for the next batch\n"
    assert run("parked") == "no parked letter\n"


@pytest.mark.parametrize("verb", [("parked",), ("release", "line-too-long")])
def test_a_database_that_is_away_is_told_in_a_line(run, monkeypatch, verb):
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    done = CliRunner().invoke(commands, verb)
    assert (done.exit_code, done.stdout, done.stderr.count("\n")) == (1, "", 1)
    assert done.stderr.startswith("The database does not answer.")
