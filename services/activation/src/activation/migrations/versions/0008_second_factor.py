"""What proves a member besides the password: codes by the clock, passkeys, recovery codes; and sign-ins that wait for it."""

from alembic import op

revision = "0008"
down_revision = "0007"

_STATEMENTS = (
    """
    CREATE TABLE totp_factor (
      account_id uuid PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
      secret text NOT NULL,
      last_step bigint NOT NULL,
      created_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE totp_enrolment (
      session_id uuid PRIMARY KEY REFERENCES session (id) ON DELETE CASCADE,
      secret text NOT NULL,
      created_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_totp_enrolment_created_at ON totp_enrolment (created_at)",
    """
    CREATE TABLE passkey (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
      credential_id bytea NOT NULL UNIQUE,
      public_key bytea NOT NULL,
      sign_count bigint NOT NULL,
      name text NOT NULL,
      created_at timestamptz NOT NULL,
      last_used_at timestamptz
    )
    """,
    "CREATE INDEX ix_passkey_account_id ON passkey (account_id)",
    """
    CREATE TABLE recovery_code (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
      place smallint NOT NULL,
      code_hash text NOT NULL,
      created_at timestamptz NOT NULL,
      used_at timestamptz,
      UNIQUE (account_id, place)
    )
    """,
    """
    CREATE TABLE second_step (
      digest bytea PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
      password_digest bytea NOT NULL,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      wrong integer NOT NULL,
      challenge bytea
    )
    """,
    "CREATE INDEX ix_second_step_account_id ON second_step (account_id)",
    "CREATE INDEX ix_second_step_expires_at ON second_step (expires_at)",
    "ALTER TABLE session ADD COLUMN challenge bytea",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
