"""Links to choose a new password, links that say « ce n’était pas moi », letters that open a confirmed account anew."""

from alembic import op

revision = "0007"
down_revision = "0006"

_STATEMENTS = (
    "ALTER TABLE account ADD COLUMN frozen_at timestamptz",
    "ALTER TABLE provisional_letter ADD COLUMN purpose text NOT NULL DEFAULT 'activation'",
    "ALTER TABLE provisional_letter ADD COLUMN requested_at timestamptz",
    """
    CREATE TABLE reset_token (
      digest bytea PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      wrong_answers integer NOT NULL,
      answered_at timestamptz,
      answered_by bytea,
      used_by uuid,
      ended_at timestamptz
    )
    """,
    "CREATE INDEX ix_reset_token_account_id ON reset_token (account_id)",
    "CREATE INDEX ix_reset_token_expires_at ON reset_token (expires_at)",
    """
    CREATE TABLE disavowal_token (
      digest bytea PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
      change text NOT NULL,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      used_at timestamptz
    )
    """,
    "CREATE INDEX ix_disavowal_token_account_id ON disavowal_token (account_id)",
    "CREATE INDEX ix_disavowal_token_expires_at ON disavowal_token (expires_at)",
    """
    CREATE TABLE recovery_request (
      request_id uuid PRIMARY KEY,
      person_id uuid NOT NULL,
      requested_at timestamptz NOT NULL,
      voided_at timestamptz
    )
    """,
    "CREATE INDEX ix_recovery_request_person_id ON recovery_request (person_id)",
    "CREATE INDEX ix_recovery_request_requested_at ON recovery_request (requested_at)",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
