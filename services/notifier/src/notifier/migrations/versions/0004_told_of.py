"""Whom a mail is about and which event it tells of, so that its fate can be told; both null in rows of before."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("person_id", sa.Uuid))
    op.add_column("delivery", sa.Column("event_id", sa.Uuid))
