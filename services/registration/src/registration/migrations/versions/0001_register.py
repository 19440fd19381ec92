"""Register, account requests, account states and used captchas."""

from alembic import op

from shared.messaging.migrations import create_messaging_tables

revision = "0001"
down_revision = None

_STATEMENTS = (
    """
    CREATE TABLE person (
      id uuid PRIMARY KEY,
      reference text NOT NULL UNIQUE,
      civility text NOT NULL,
      given_name text NOT NULL,
      family_name text NOT NULL,
      birth_name text NOT NULL,
      birth_date date NOT NULL,
      postcode text NOT NULL,
      address_lines text[] NOT NULL,
      postal_zone text NOT NULL,
      imported_at timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE person_number (
      person_id uuid NOT NULL REFERENCES person (id) ON DELETE CASCADE,
      kind text NOT NULL,
      fingerprint text NOT NULL,
      PRIMARY KEY (person_id, kind)
    )
    """,
    "CREATE INDEX person_number_fingerprint ON person_number (fingerprint)",
    """
    CREATE TABLE account_state (
      person_id uuid PRIMARY KEY,
      activated_at timestamptz,
      confirmed_at timestamptz,
      email text NOT NULL,
      told_at timestamptz
    )
    """,
    """
    CREATE TABLE account_request (
      id uuid PRIMARY KEY,
      submission_id uuid NOT NULL UNIQUE,
      reference char(8) NOT NULL UNIQUE,
      requested_at timestamptz NOT NULL,
      outcome text NOT NULL,
      person_id uuid
    )
    """,
    "CREATE INDEX account_request_person ON account_request (person_id, requested_at)",
    "CREATE INDEX account_request_purge ON account_request (requested_at)",
    """
    CREATE TABLE used_captcha (
      nonce bytea PRIMARY KEY,
      expires_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX used_captcha_expiry ON used_captcha (expires_at)",
)


def upgrade() -> None:
    create_messaging_tables(op.execute)
    for statement in _STATEMENTS:
        op.execute(statement)
