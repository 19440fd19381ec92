from activation.models import Table
from shared.database.migrate import run_migrations
from shared.messaging.tables import metadata as messaging

run_migrations(messaging, Table.metadata)
