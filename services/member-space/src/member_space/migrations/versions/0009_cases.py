"""Cases: document requests, reports of address and situation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "member_case",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("reference", sa.String, nullable=False, unique=True),
        sa.Column("kind", sa.String, nullable=False),
        *(sa.Column(name, sa.Uuid, nullable=False) for name in ("subject_id", "actor_id")),
        sa.Column("submission_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("details", JSONB, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_by", sa.Uuid),
        sa.Column("taken_name", sa.String, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True)),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        *(sa.Column(name, sa.String, nullable=False) for name in ("reason", "words")),
        sa.Column("available_until", sa.Date),
    )
    op.create_index("member_case_waiting", "member_case", ["state", "filed_at"])
    op.create_index("member_case_of", "member_case", ["subject_id", "kind"])
    op.create_table(
        "member_case_file",
        sa.Column("case_id", sa.Uuid, sa.ForeignKey("member_case.id"), primary_key=True),
        sa.Column("file_id", sa.Uuid, sa.ForeignKey("stored_file.id"), primary_key=True, unique=True),
        sa.Column("from_desk", sa.Boolean, nullable=False),
    )
    op.add_column("stored_file", sa.Column("attached", sa.Boolean, nullable=False, server_default=sa.true()))
