"""What a request was for, when an account was frozen, who was told an identifier, what addresses and numbers asked."""

import sqlalchemy as sa
from alembic import op

from shared.database.throttle import create_throttle

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    create_throttle(op.execute)
    # with a default, so that a replica of the version before can go on writing
    op.add_column("account_request", sa.Column("purpose", sa.Text, nullable=False, server_default="activation"))
    op.add_column("account_state", sa.Column("frozen_at", sa.DateTime(timezone=True)))
    op.create_table(
        "identifier_request",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("submission_id", sa.Uuid, nullable=False, unique=True),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Uuid),
    )
    op.create_index("identifier_request_person", "identifier_request", ["person_id", "requested_at"])
    op.create_index("identifier_request_purge", "identifier_request", ["requested_at"])
