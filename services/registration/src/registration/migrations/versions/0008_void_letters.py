"""When a letter became void by wrong passwords."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    # empty for all until now: activation has told of it, but not to this service
    op.add_column("account_request", sa.Column("voided_at", sa.DateTime(timezone=True)))
