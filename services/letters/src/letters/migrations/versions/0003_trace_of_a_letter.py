"""The journey that a letter is part of."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("letter", sa.Column("traceparent", sa.Text))
