"""Requests to close the account, and spaces that are closed."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "account_closure",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False, index=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        sa.Column("submission_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("reference", sa.String, nullable=False, unique=True),
        _moment("requested_at"),
        _moment("due_at"),
        _moment("withdrawn_at", nullable=True),
        _moment("closed_at", nullable=True),
    )
    op.create_index(
        "account_closure_waiting", "account_closure", ["person_id"], unique=True,
        postgresql_where=sa.text("withdrawn_at IS NULL AND closed_at IS NULL"),
    )  # fmt: skip
    op.add_column("space", _moment("closed_at", nullable=True))
