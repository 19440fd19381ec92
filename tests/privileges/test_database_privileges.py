"""On PostgreSQL a service reads and writes the rows of its own database, its migrations change that database's tables, and
neither does anything else (decision 0018)."""

from collections.abc import Iterator
from datetime import date

import asyncpg
import pytest
from asyncpg.exceptions import InsufficientPrivilegeError, ObjectNotInPrerequisiteStateError

from launcher.postgres import PrivatePostgres
from launcher.services import SERVICES

from .databases import Databases, not_refused
from .out_of_reach import MAKING, SERVER, STAGED, TABLE

_CELLS = ("coverage_1", "coverage_2", "module_a", "module_b", "module_c", "module_plus")
ROWS = {("SELECT", "NO"), ("INSERT", "NO"), ("UPDATE", "NO"), ("DELETE", "NO")}
"""What a role may do with its tables, and that it may not hand it on."""


@pytest.fixture(scope="module")
def databases(postgres: PrivatePostgres) -> Iterator[Databases]:
    made = Databases(postgres)
    try:
        made.make_all()
        yield made
    finally:
        made.drop_all()


@pytest.fixture(params=range(len(SERVICES)), ids=SERVICES)
def role(request: pytest.FixtureRequest, databases: Databases) -> str:
    return databases.names[request.param]


@pytest.fixture
def other(role: str, databases: Databases) -> str:
    return databases.names[databases.names.index(role) - 1]


async def test_a_role_enters_its_own_database_only(databases, role):
    others = {*databases.names, "postgres", "template1", "template0"} - {role}
    for who in (role, f"{role}_owner"):
        for database in others:
            with pytest.raises((InsufficientPrivilegeError, ObjectNotInPrerequisiteStateError)):
                await asyncpg.connect(databases.url(who, database))
        with pytest.raises(asyncpg.PostgresError, match="must be superuser or replication role"):
            await asyncpg.connect(databases.url(who), server_settings={"replication": "database"})
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(databases.postgres.dsn(role, who, "guessed"))


async def test_a_role_reads_and_writes_every_row_and_changes_no_table(databases, role):
    held = "SELECT privilege_type, is_grantable FROM information_schema.role_table_grants WHERE table_name = $1"
    async with databases.as_role(role) as connection:
        tables = [
            row[0] for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        ]
        assert {"outbox", "inbox"} < set(tables)
        for table in tables:
            assert {tuple(row) for row in await connection.fetch(held, table)} == ROWS, table
            assert not await not_refused(connection, (statement.format(table=table) for statement in TABLE))


async def test_a_role_is_refused_everything_else(databases, role, other):
    async with databases.as_role(f"{role}_owner") as owner, databases.as_role(role) as connection:
        await owner.execute("CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.kept (word text)")
        try:
            values = {"role": role, "other": other, "pid": owner.get_server_pid()}
            assert not await not_refused(connection, (statement.format(**values) for statement in (*MAKING, *SERVER)))
        finally:
            await owner.execute("DROP SCHEMA elsewhere CASCADE")


async def test_an_owner_is_refused_all_that_is_not_in_its_database(databases, role, other):
    async with databases.as_role(other) as stranger, databases.as_role(f"{role}_owner") as owner:
        values = {"role": role, "other": other, "pid": stranger.get_server_pid()}
        assert not await not_refused(owner, (statement.format(**values) for statement in SERVER))


async def test_what_a_migration_makes_is_the_roles_to_fill_and_can_be_made_append_only(databases, role):
    async with databases.as_role(f"{role}_owner") as owner, databases.as_role(role) as connection:
        await owner.execute("CREATE TABLE made (id int GENERATED ALWAYS AS IDENTITY, number serial, word text)")
        try:
            await connection.execute("INSERT INTO made (word) VALUES ('x')")
            await connection.execute("UPDATE made SET word = 'y'")
            await owner.execute(f"REVOKE UPDATE, DELETE ON made FROM {role}")
            databases.make(role)  # as at every start
            await connection.execute("INSERT INTO made (word) VALUES ('z')")
            assert await connection.fetchval("SELECT string_agg(word, '' ORDER BY id) FROM made") == "yz"
            refused = ("UPDATE made SET word = ''", "DELETE FROM made")
            assert not await not_refused(connection, refused)
        finally:
            await owner.execute("DROP TABLE made")


async def test_the_security_journal_is_appended_to_and_nothing_else(databases):
    role = databases.names[SERVICES.index("activation")]
    young = "INSERT INTO security_event (at, kind) VALUES (now(), 'signed-in')"
    old = "INSERT INTO security_event (at, kind) VALUES (now() - interval '366 days', 'signed-in')"
    async with databases.as_role(role) as connection:
        for line in (young, old):
            await connection.execute(line)
        for change in (
            "UPDATE security_event SET kind = 'other'",
            "UPDATE security_event SET at = at - interval '2 years'",
            "DELETE FROM security_event WHERE at > now() - interval '1 day'",
            "DELETE FROM security_event",
            "MERGE INTO security_event USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
            "INSERT INTO security_event OVERRIDING SYSTEM VALUE TABLE security_event ON CONFLICT (id) DO UPDATE SET kind = ''",
        ):
            with pytest.raises(asyncpg.RaiseError, match="append-only"):
                await connection.execute(change)
        refused = (
            "TRUNCATE security_event", "DROP TABLE security_event", "ALTER TABLE security_event DISABLE TRIGGER ALL",
            "DROP TRIGGER security_event_kept ON security_event", "DROP FUNCTION keep_security_event() CASCADE",
            "SET session_replication_role = replica", "ALTER TABLE security_event RENAME TO elsewhere",
            "CREATE OR REPLACE FUNCTION keep_security_event() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
        )  # fmt: skip
        assert not await not_refused(connection, refused)
        # what is past its time goes, and that alone
        assert await connection.execute("DELETE FROM security_event WHERE at < now() - interval '1 year'") == "DELETE 1"
        assert await connection.fetchval("SELECT string_agg(kind, ' ') FROM security_event") == "signed-in"


async def test_a_role_may_stage_an_import_and_nothing_more(databases):
    role = databases.names[SERVICES.index("member-space")]
    columns = ("line", "edition", "code", "rank", "post", "heading", "label", *_CELLS)
    record = (1, date(2026, 1, 1), "aa", 1, "Optique", "", "Verres", *("1 €" for _ in _CELLS))
    async with databases.as_role(role) as connection, databases.as_role(role) as second:
        for _ in range(2):  # emptied by the commit, made once for a session
            async with connection.transaction():
                await connection.execute("SELECT stage_import('guarantee_line')")
                await connection.copy_records_to_table("staged_guarantee_line", records=[record], columns=columns)
                assert await connection.fetchval("SELECT count(*) FROM staged_guarantee_line") == 1
        assert await connection.fetchval("SELECT count(*) FROM staged_guarantee_line") == 0
        assert not await not_refused(connection, (one.format(table="staged_guarantee_line") for one in STAGED))
        # a name that is none of a table, or means to be more than a name
        for name in ("nothing", "guarantee_line, x int); DROP TABLE space; --", "pg_catalog.pg_authid", ""):
            with pytest.raises((asyncpg.UndefinedTableError, asyncpg.PostgresSyntaxError, asyncpg.InvalidNameError)):
                await connection.execute("SELECT stage_import($1)", name)
        # another session sees nothing of it
        with pytest.raises((asyncpg.UndefinedTableError, InsufficientPrivilegeError)):
            await second.fetch("SELECT * FROM staged_guarantee_line")
        schema = await connection.fetchval("SELECT pg_my_temp_schema()::regnamespace::text")
        with pytest.raises(InsufficientPrivilegeError):
            await second.fetch(f"SELECT * FROM {schema}.staged_guarantee_line")


async def test_nobody_sees_what_others_ask(databases):
    asking, looking, *_ = databases.names
    async with databases.as_role(asking) as connection, databases.as_role(looking) as curious:
        await connection.execute("SELECT 'what one asks of one''s own database'")
        seen = await curious.fetch("SELECT query, client_addr FROM pg_stat_activity WHERE usename = $1", asking)
    assert [(row["query"], row["client_addr"]) for row in seen] == [("<insufficient privilege>", None)]


async def test_a_database_that_one_role_owned_is_handed_over(databases):
    name = databases.earlier
    connection = await asyncpg.connect(databases.postgres.create_role_and_database(name, f"of-{name}"))
    await connection.execute("CREATE TABLE kept (id int GENERATED ALWAYS AS IDENTITY, number serial, word text)")
    await connection.execute("INSERT INTO kept (word) VALUES ('kept')")
    await connection.close()

    for _ in range(2):
        databases.make(name)

    async with databases.as_role(name) as connection, databases.as_role(f"{name}_owner") as owner:
        await connection.execute("INSERT INTO kept (word) VALUES ('new')")
        assert await connection.fetchval("SELECT count(*) FROM kept") == 2
        refused = ("DROP TABLE kept", "CREATE TABLE another (x int)", f"DROP DATABASE {name}")
        assert not await not_refused(connection, refused)
        await owner.execute("ALTER TABLE kept ADD more text")
