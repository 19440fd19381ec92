"""When a person's account was last closed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("account_state", sa.Column("closed_at", sa.DateTime(timezone=True)))
