"""Deliveries by age, for the purge and the list."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("delivery_age", "delivery", ["created_at"])
