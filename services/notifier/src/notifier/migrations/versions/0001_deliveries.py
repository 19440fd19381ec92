"""Messaging tables and deliveries."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.messaging.migrations import create_messaging_tables

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)

NOTIFY = """
    CREATE FUNCTION notify_delivery() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      PERFORM pg_notify('delivery', '');
      RETURN NULL;
    END $$
"""


def upgrade() -> None:
    create_messaging_tables(op.execute)
    op.create_table(
        "delivery",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("cause_id", sa.Uuid, nullable=False),
        sa.Column("template", sa.String, nullable=False),
        sa.Column("recipient", sa.String, nullable=False),
        sa.Column("params", JSONB, nullable=False),
        sa.Column("account_id", sa.Uuid),
        sa.Column("sealed_token", sa.String),
        sa.Column("expires_at", MOMENT),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("next_attempt_at", MOMENT, nullable=False),
        sa.Column("sent_at", MOMENT),
        sa.Column("code", sa.Integer),
        sa.Column("reason", sa.String),
        sa.UniqueConstraint("cause_id", "template", "recipient"),
        sa.CheckConstraint("state IN ('queued', 'sending', 'sent', 'parked')", name="delivery_state"),
        # the rule of the sealed token, kept by the database too
        sa.CheckConstraint("sealed_token IS NULL OR state IN ('queued', 'sending')", name="delivery_token_erased"),
    )
    waiting = sa.text("state IN ('queued', 'sending')")
    op.create_index("delivery_due", "delivery", ["next_attempt_at"], postgresql_where=waiting)
    op.create_index("delivery_account", "delivery", ["account_id"], postgresql_where=sa.text("state = 'queued'"))
    op.execute(NOTIFY)
    op.execute(
        "CREATE TRIGGER delivery_notify AFTER INSERT ON delivery FOR EACH STATEMENT EXECUTE FUNCTION notify_delivery()"
    )
