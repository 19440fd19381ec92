"""The staff's accounts, sessions and journal."""

from alembic import op

revision = "0004"
down_revision = "0003"

_STATEMENTS = (
    """
    CREATE TABLE staff_account (
      id uuid PRIMARY KEY,
      login text NOT NULL,
      login_key text NOT NULL UNIQUE,
      name text NOT NULL,
      role text NOT NULL CHECK (role IN ('conseiller', 'responsable', 'exploitation')),
      password_hash text NOT NULL,
      totp_secret text NOT NULL,
      last_totp_step bigint NOT NULL,
      must_change_password boolean NOT NULL,
      created_at timestamptz NOT NULL,
      disabled_at timestamptz
    )
    """,
    """
    CREATE TABLE staff_session (
      id uuid PRIMARY KEY,
      digest bytea NOT NULL UNIQUE,
      staff_id uuid NOT NULL REFERENCES staff_account (id) ON DELETE CASCADE,
      created_at timestamptz NOT NULL,
      last_seen_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_staff_session_staff_id ON staff_session (staff_id)",
    "CREATE INDEX ix_staff_session_last_seen_at ON staff_session (last_seen_at)",
    """
    CREATE TABLE staff_journal (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at timestamptz NOT NULL,
      kind text NOT NULL,
      staff_id uuid,
      subject text,
      reason text,
      done_by text
    )
    """,
    "CREATE INDEX ix_staff_journal_at ON staff_journal (at)",
    "CREATE INDEX ix_staff_journal_staff_id ON staff_journal (staff_id)",
    # the same rule as for the members' journal: what the retention period has not released stays as it is
    """
    CREATE TRIGGER staff_journal_kept BEFORE UPDATE OR DELETE ON staff_journal
    FOR EACH ROW EXECUTE FUNCTION keep_security_event()
    """,
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
