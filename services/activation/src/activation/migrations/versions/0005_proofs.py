"""When a session's person last proved their password."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("session", sa.Column("authenticated_at", sa.DateTime(timezone=True)))
