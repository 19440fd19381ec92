"""A database with the messaging tables and one table for effects: a small service of its own."""

from collections.abc import Iterator
from uuid import uuid4

import pytest

from launcher.postgres import PrivatePostgres
from shared.messaging.migrations import create_dead_letter_journal, create_messaging_tables


@pytest.fixture(scope="session")
def messaging_template(postgres: PrivatePostgres) -> str:
    name = f"messaging_{uuid4().hex[:8]}"
    postgres.create_role_and_database(name, "of-the-tests")
    for create in (create_messaging_tables, create_dead_letter_journal):
        create(lambda sql: postgres.sql(f"set role {name}; {sql}", database=name))
    postgres.sql(f"set role {name}; create table effect (name text not null)", database=name)
    return name


@pytest.fixture
def messaging_database(postgres: PrivatePostgres, messaging_template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    postgres.sql(f"create database {name} template {messaging_template} owner {messaging_template}")
    yield postgres.dsn(name, messaging_template, "of-the-tests")
    postgres.sql(f"drop database {name} with (force)")
