"""Migrations: one Alembic tree per service, inside its package, run by ``<service> migrate``."""

import asyncio
from importlib.resources import files

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, MetaData, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from shared.database.engine import sqlalchemy_url

# any number of replicas may start at once: one migrates, the others wait
_ADVISORY_LOCK = 0x65737061636531


def migrate(package: str, database_url: str, revision: str = "head") -> None:
    """Bring a service's database to a revision. Safe to run by several replicas at once, and again."""
    command.upgrade(alembic_config(package, database_url), revision)


def alembic_config(package: str, database_url: str) -> Config:
    """Alembic's configuration for the ``migrations`` folder of a package."""
    config = Config()
    config.set_main_option("script_location", str(files(package) / "migrations"))
    config.attributes["database_url"] = database_url
    return config


def run_migrations(*metadata: MetaData) -> None:
    """What each tree's ``env.py`` calls. Locks wait at most 5 s, so that a migration never blocks the service for long."""
    asyncio.run(_online(context.config.attributes["database_url"], list(metadata)))


async def _online(database_url: str, metadata: list[MetaData]) -> None:
    engine = create_async_engine(sqlalchemy_url(database_url), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade, metadata)
        await connection.commit()
    await engine.dispose()


def _upgrade(connection: Connection, metadata: list[MetaData]) -> None:
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
    connection.execute(text("SET LOCAL lock_timeout = '5s'"))
    context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()
