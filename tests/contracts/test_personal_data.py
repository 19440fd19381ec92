"""``export-person``: every table of the services that members see no page of is in the copy, or says why not."""

import asyncio
import json
from datetime import UTC, date, datetime
from importlib import import_module
from uuid import uuid4

import pytest
from sqlalchemy import ARRAY, Boolean, Date, DateTime, Float, Integer, Uuid, inspect, text
from sqlalchemy.dialects.postgresql import JSONB
from support.every_service import SETTINGS
from typer.testing import CliRunner

from shared.database.engine import Database
from shared.messaging.kept import DEAD_LETTER_JOURNAL, OTHERWISE

PACKAGES = ("registration", "letters", "notifier")
NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)


@pytest.fixture(params=PACKAGES)
def package(request):
    return request.param


@pytest.fixture
async def database(package, new_database, monkeypatch):
    url = new_database(package)
    for name, value in (SETTINGS | {"database_url": url}).items():
        monkeypatch.setenv(name.upper(), value)
    opened = Database(url, "tests")
    yield opened
    await opened.close()


def data_of(package):
    return import_module(f"{package}.personal_data")


def table_of(part):
    return inspect(part.table).local_table


def export(package, person) -> dict:
    commands = import_module(f"{package}.__main__").commands
    done = CliRunner().invoke(commands, ["export-person", str(person)])
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def some(column, person, key):
    """A value of the column's kind, another one for each person and table."""
    if isinstance(column.type, Uuid):
        return person if column.name == key else uuid4()
    kinds = {
        DateTime: NOW,
        Date: date(1968, 7, 14),
        Integer: 7,
        Float: 7.5,
        Boolean: True,
        JSONB: {"what": f"{column.name} {person}"},
    }
    if isinstance(column.type, ARRAY):
        return [uuid4() if isinstance(column.type.item_type, Uuid) else f"{column.name} {person}"]
    if column.name == "state":
        return "queued"
    said = f"{person} {column.name}"[: getattr(column.type, "length", None)]
    return next((value for kind, value in kinds.items() if isinstance(column.type, kind)), said)


async def test_every_table_is_told_or_says_why_not(package, database):
    async with database.unit_of_work() as work:
        names = set(await work.session.scalars(text("select tablename from pg_tables where schemaname = 'public'")))
    told = {table_of(part).name for part in data_of(package).PARTS}
    assert told | set(data_of(package).NOBODYS) == names - set(OTHERWISE) - {DEAD_LETTER_JOURNAL.stored.name}
    assert not told & set(data_of(package).NOBODYS)
    for part in data_of(package).PARTS:
        assert set(part.left_out) <= set(table_of(part).columns.keys())
        assert part.person in table_of(part).columns


async def test_the_copy_holds_every_column_of_that_person_alone(package, database):
    one, other = uuid4(), uuid4()
    written = {}
    async with database.unit_of_work() as work:
        for part in data_of(package).PARTS:
            table = table_of(part)
            for person in (one, other):
                references = {column.name for column in table.columns if column.foreign_keys} - {part.person}
                row = {column.name: some(column, person, part.person) for column in table.columns}
                written[table.name, person] = row | dict.fromkeys(references)
                await work.session.execute(table.insert().values(written[table.name, person]))
    told = await asyncio.to_thread(export, package, one)
    for part in data_of(package).PARTS:
        name = table_of(part).name
        (row,) = told[name]
        kept = {key: value for key, value in written[name, one].items() if key not in part.left_out}
        assert row == json.loads(json.dumps(kept, default=str))
    assert str(other) not in json.dumps(told)


def test_of_who_is_not_known_nothing_is_told(package, database):
    assert set(map(str, export(package, uuid4()).values())) == {"[]"}


@pytest.mark.parametrize("package", ["notifier"], indirect=True)
async def test_a_mail_to_a_delegate_is_not_the_grantors(package, database):
    grantor, table = uuid4(), table_of(data_of(package).PARTS[0])
    async with database.unit_of_work() as work:
        for template in ("access-revoked-delegate", "access-revoked"):
            row = {column.name: some(column, grantor, "person_id") for column in table.columns}
            row |= {"template": template, "recipient": f"{template}@exemple.fr"}
            await work.session.execute(table.insert().values(row))
    told = await asyncio.to_thread(export, package, grantor)
    assert [row["recipient"] for row in told["delivery"]] == ["access-revoked@exemple.fr"]
