"""What a letter is for."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("letter", sa.Column("purpose", sa.Text, nullable=False, server_default="activation"))
