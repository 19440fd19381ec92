from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

from activation.models import Table
from shared.database.engine import sqlalchemy_url
from shared.database.throttle import metadata as throttle
from shared.messaging.tables import metadata as messaging


async def test_the_migrated_database_is_what_the_models_say(new_database):
    engine = create_async_engine(sqlalchemy_url(new_database("activation")))
    async with engine.connect() as connection:
        differences = await connection.run_sync(_differences)
    await engine.dispose()
    assert differences == []


def _differences(connection):
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, [messaging, throttle, Table.metadata])
