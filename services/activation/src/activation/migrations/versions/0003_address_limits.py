"""How often a network address may try, counted by all replicas together."""

from alembic import op

from shared.database.throttle import create_throttle

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    create_throttle(op.execute)
