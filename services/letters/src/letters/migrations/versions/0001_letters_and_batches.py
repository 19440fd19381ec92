"""Letters, print batches and their sealed files."""

from alembic import op

from shared.messaging.migrations import create_messaging_tables

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_messaging_tables(op.execute)
    op.execute("""
        CREATE TABLE print_batch (
          id uuid PRIMARY KEY,
          serial text NOT NULL UNIQUE,
          run integer NOT NULL,
          state text NOT NULL,
          letters integer NOT NULL,
          sheets integer NOT NULL,
          sealed_bytes integer NOT NULL,
          sealed_sha256 text NOT NULL,
          pdf_sha256 text NOT NULL,
          key_id text NOT NULL,
          closed_at timestamptz NOT NULL,
          taken_at timestamptz,
          ended_at timestamptz,
          spoiled_letter_ids uuid[] NOT NULL,
          reason text NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE sealed_file (
          batch_id uuid PRIMARY KEY REFERENCES print_batch (id),
          content bytea NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE letter (
          id uuid PRIMARY KEY,
          request_id uuid NOT NULL UNIQUE,
          person_id uuid NOT NULL,
          civility text NOT NULL,
          given_name text NOT NULL,
          family_name text NOT NULL,
          email text NOT NULL,
          birth_date date NOT NULL,
          number_fingerprints text[] NOT NULL,
          address_lines text[] NOT NULL,
          postal_zone text NOT NULL,
          requested_at timestamptz NOT NULL,
          state text NOT NULL,
          reason text NOT NULL,
          waiting_since timestamptz NOT NULL,
          claim uuid,
          claimed_until timestamptz,
          refusals integer NOT NULL DEFAULT 0,
          batch_id uuid REFERENCES print_batch (id),
          place integer,
          password_hash text,
          printed_until date,
          posted_at timestamptz
        )
    """)
    op.execute("CREATE INDEX letter_waiting ON letter (waiting_since) WHERE state = 'waiting'")
    op.execute("CREATE INDEX letter_batch ON letter (batch_id)")
