"""The two longest tables are read by age, every hour, for what is past its term."""

from alembic import op

revision = "0017"
down_revision = "0015"


def upgrade() -> None:
    op.create_index("timeline_age", "timeline_entry", ["occurred_at"])
    op.create_index("journal_age", "journal_entry", ["at"])
