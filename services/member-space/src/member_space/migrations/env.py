"""Alembic's environment: everything is in ``shared``."""

from member_space.models import Table
from shared.database.migrate import run_migrations
from shared.messaging.tables import metadata as messaging

run_migrations(messaging, Table.metadata)
