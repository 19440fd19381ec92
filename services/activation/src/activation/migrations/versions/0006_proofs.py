"""When a session's person last proved their password."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("session", sa.Column("authenticated_at", sa.DateTime(timezone=True)))
