"""The migrations make exactly what the models say."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from letters.models import Table
from shared.messaging.tables import metadata as messaging


async def test_migrations_and_models_agree(world):
    def differences(connection):
        return compare_metadata(MigrationContext.configure(connection), [messaging, Table.metadata])

    async with world.database._engine.connect() as connection:
        assert await connection.run_sync(differences) == []
