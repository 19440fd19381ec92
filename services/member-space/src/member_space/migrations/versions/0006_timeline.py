"""The timeline of a person's journey."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "timeline_entry",
        sa.Column("event_id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("details", JSONB, nullable=False),
    )
    op.create_index("timeline_of_person", "timeline_entry", ["person_id", "occurred_at", "event_id"])
