"""Letters, accounts, tokens, receipts, sessions, attempts, acceptances and the security journal."""

from alembic import op

from shared.messaging.migrations import create_messaging_tables

revision = "0001"
down_revision = None

_STATEMENTS = (
    """
    CREATE TABLE provisional_letter (
      letter_id uuid PRIMARY KEY,
      request_id uuid NOT NULL,
      person_id uuid NOT NULL,
      number_fingerprints text[] NOT NULL,
      civility text NOT NULL,
      given_name text NOT NULL,
      family_name text NOT NULL,
      birth_date date NOT NULL,
      email text NOT NULL,
      password_hash text NOT NULL,
      valid_until timestamptz NOT NULL,
      posted_at timestamptz NOT NULL,
      state varchar(5) NOT NULL,
      wrong_attempts integer NOT NULL
    )
    """,
    "CREATE INDEX ix_provisional_letter_person_id ON provisional_letter (person_id)",
    "CREATE INDEX provisional_letter_numbers ON provisional_letter USING gin (number_fingerprints)",
    """
    CREATE TABLE account (
      id uuid PRIMARY KEY,
      person_id uuid NOT NULL UNIQUE,
      civility text NOT NULL,
      given_name text NOT NULL,
      family_name text NOT NULL,
      birth_date date NOT NULL,
      email text NOT NULL,
      address_key text NOT NULL,
      password_hash text NOT NULL,
      secret_question text NOT NULL,
      secret_answer_hash text NOT NULL,
      activated_at timestamptz NOT NULL,
      confirmed_at timestamptz,
      address_notice_at timestamptz
    )
    """,
    "CREATE INDEX account_address ON account (address_key)",
    "CREATE UNIQUE INDEX account_confirmed_address ON account (address_key) WHERE confirmed_at IS NOT NULL",
    """
    CREATE TABLE confirmation_token (
      digest bytea PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
      created_at timestamptz NOT NULL,
      expires_at timestamptz NOT NULL,
      used_at timestamptz,
      superseded_at timestamptz
    )
    """,
    "CREATE INDEX ix_confirmation_token_account_id ON confirmation_token (account_id)",
    "CREATE INDEX ix_confirmation_token_expires_at ON confirmation_token (expires_at)",
    """
    CREATE TABLE activation_receipt (
      digest bytea PRIMARY KEY,
      account_id uuid REFERENCES account (id) ON DELETE CASCADE,
      submission_id uuid NOT NULL,
      civility text NOT NULL,
      given_name text NOT NULL,
      family_name text NOT NULL,
      email text NOT NULL,
      created_at timestamptz NOT NULL,
      last_sent_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_activation_receipt_account_id ON activation_receipt (account_id)",
    "CREATE INDEX ix_activation_receipt_submission_id ON activation_receipt (submission_id)",
    "CREATE INDEX ix_activation_receipt_created_at ON activation_receipt (created_at)",
    """
    CREATE TABLE session (
      id uuid PRIMARY KEY,
      digest bytea NOT NULL UNIQUE,
      account_id uuid NOT NULL REFERENCES account (id) ON DELETE CASCADE,
      created_at timestamptz NOT NULL,
      last_seen_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_session_account_id ON session (account_id)",
    "CREATE INDEX ix_session_last_seen_at ON session (last_seen_at)",
    """
    CREATE TABLE number_attempts (
      number_fingerprint text PRIMARY KEY,
      wrong_at timestamptz[] NOT NULL,
      last_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_number_attempts_last_at ON number_attempts (last_at)",
    """
    CREATE TABLE sign_in_attempts (
      address_fingerprint text PRIMARY KEY,
      failed_at timestamptz[] NOT NULL,
      in_a_row integer NOT NULL,
      last_at timestamptz NOT NULL
    )
    """,
    "CREATE INDEX ix_sign_in_attempts_last_at ON sign_in_attempts (last_at)",
    """
    CREATE TABLE terms_acceptance (
      id uuid PRIMARY KEY,
      account_id uuid NOT NULL REFERENCES account (id),
      version text NOT NULL,
      text_sha256 text NOT NULL,
      accepted_at timestamptz NOT NULL,
      channel text NOT NULL
    )
    """,
    "CREATE INDEX ix_terms_acceptance_account_id ON terms_acceptance (account_id)",
    """
    CREATE TABLE security_event (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at timestamptz NOT NULL,
      kind text NOT NULL,
      account_id uuid,
      person_id uuid,
      subject text
    )
    """,
    "CREATE INDEX ix_security_event_at ON security_event (at)",
    "CREATE INDEX ix_security_event_account_id ON security_event (account_id)",
    # appended only: what the retention period (12 months, design §5) has not released can't be changed or removed
    """
    CREATE FUNCTION keep_security_event() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND OLD.at < now() - interval '360 days' THEN
        RETURN OLD;
      END IF;
      RAISE EXCEPTION 'the security journal is append-only';
    END $$
    """,
    """
    CREATE TRIGGER security_event_kept BEFORE UPDATE OR DELETE ON security_event
    FOR EACH ROW EXECUTE FUNCTION keep_security_event()
    """,
)


def upgrade() -> None:
    create_messaging_tables(op.execute)
    for statement in _STATEMENTS:
        op.execute(statement)
