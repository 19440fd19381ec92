"""Alembic's environment: everything is in ``shared``."""

from registration.models import Table
from shared.database.migrate import run_migrations
from shared.database.throttle import metadata as throttle
from shared.messaging.tables import metadata as messaging

run_migrations(messaging, throttle, Table.metadata)
