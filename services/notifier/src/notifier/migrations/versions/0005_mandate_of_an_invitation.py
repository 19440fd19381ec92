"""The mandate that an invitation is about."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("delivery", sa.Column("mandate_id", sa.Uuid))
    op.create_index("delivery_mandate", "delivery", ["mandate_id"], postgresql_where=sa.text("mandate_id IS NOT NULL"))
