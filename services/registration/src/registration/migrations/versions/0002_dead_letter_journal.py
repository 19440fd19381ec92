"""The journal of what people did with dead letters."""

from alembic import op

from shared.messaging.migrations import create_dead_letter_journal

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    create_dead_letter_journal(op.execute)
