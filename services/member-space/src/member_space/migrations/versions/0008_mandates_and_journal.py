"""Mandates, and the journal of who did what in whose space."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0008"
down_revision = "0007"


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "mandate",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("grantor_id", sa.Uuid, nullable=False, index=True),
        sa.Column("delegate_id", sa.Uuid, index=True),
        *(sa.Column(name, sa.String, nullable=False) for name in ("given_name", "family_name", "email")),
        sa.Column("scopes", JSONB, nullable=False),
        sa.Column("ends_on", sa.Date, nullable=False),
        _moment("created_at"),
        sa.Column("token_hash", sa.String, unique=True),
        _moment("invitation_ends_at"),
        _moment("accepted_at", nullable=True),
        _moment("ended_at", nullable=True),
        sa.Column("ended_by", sa.Uuid),
        _moment("reminded_at", nullable=True),
    )
    op.create_table(
        "journal_entry",
        sa.Column("id", sa.Uuid, primary_key=True),
        _moment("at"),
        *(sa.Column(name, sa.Uuid, nullable=False) for name in ("actor_id", "subject_id")),
        sa.Column("mandate_id", sa.Uuid),
        sa.Column("staff", sa.Boolean, nullable=False),
        *(sa.Column(name, sa.String, nullable=False) for name in ("action", "object_id")),
    )
    op.create_index("journal_of_subject", "journal_entry", ["subject_id", "at"])
