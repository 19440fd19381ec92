"""Drafts of mandates, and the journal by mandate."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "mandate_draft",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("grantor_id", sa.Uuid, nullable=False),
        sa.Column("answers", JSONB, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
    op.create_index("journal_of_mandate", "journal_entry", ["mandate_id", "at"])
