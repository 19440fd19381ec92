"""Addresses to be confirmed in the place of another, known browsers, and the browser of a session or a sign-in in words."""

from alembic import op

revision = "0009"
down_revision = "0008"

_STATEMENTS = (
    """
    CREATE TABLE email_change (
      digest bytea PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
      email text NOT NULL,
      address_key text NOT NULL,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      ended_at timestamptz
    )
    """,
    "CREATE INDEX ix_email_change_account_id ON email_change (account_id)",
    "CREATE INDEX ix_email_change_expires_at ON email_change (expires_at)",
    """
    CREATE TABLE known_device (
      id uuid PRIMARY KEY,
      digest bytea NOT NULL,
      account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
      label text NOT NULL,
      created_at timestamptz NOT NULL,
      last_seen_at timestamptz NOT NULL,
      UNIQUE (digest, account_id)
    )
    """,
    "CREATE INDEX ix_known_device_account_id ON known_device (account_id)",
    "CREATE INDEX ix_known_device_last_seen_at ON known_device (last_seen_at)",
    "ALTER TABLE session ADD COLUMN label text NOT NULL DEFAULT ''",
    "ALTER TABLE security_event ADD COLUMN label text",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
