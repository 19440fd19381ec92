"""The print room: signed manifests, runs, counts, marks, returned mail, canary letters. Nothing that is there changes."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.execute("""
        ALTER TABLE letter
          ADD COLUMN detail text NOT NULL DEFAULT '',
          ADD COLUMN mark text UNIQUE,
          ADD COLUMN sealed_tracking text,
          ADD COLUMN told_by uuid UNIQUE,
          ADD COLUMN told_after double precision,
          ADD COLUMN returned_at timestamptz,
          ADD COLUMN return_reason text NOT NULL DEFAULT ''
    """)
    op.execute("CREATE INDEX letter_requested ON letter (requested_at)")
    op.execute("""
        ALTER TABLE print_batch
          ADD COLUMN manifest text,
          ADD COLUMN post_on date,
          ADD COLUMN taken_by timestamptz,
          ADD COLUMN fetched_at timestamptz,
          ADD COLUMN claimed_by text,
          ADD COLUMN printed_at timestamptz,
          ADD COLUMN doubt text NOT NULL DEFAULT ''
    """)
    op.execute("""
        CREATE TABLE batch_note (
          id uuid PRIMARY KEY,
          batch_id uuid NOT NULL REFERENCES print_batch (id) ON DELETE CASCADE,
          at timestamptz NOT NULL,
          step text NOT NULL,
          run integer NOT NULL,
          said_at timestamptz,
          letters integer,
          sheets integer,
          spoiled integer,
          why text NOT NULL,
          who text NOT NULL
        )
    """)
    op.execute("CREATE INDEX batch_note_batch ON batch_note (batch_id, at)")
    op.execute("""
        CREATE TABLE canary_receipt (
          letter_id uuid PRIMARY KEY REFERENCES letter (id) ON DELETE CASCADE,
          received_on date NOT NULL,
          noted_at timestamptz NOT NULL,
          who text NOT NULL
        )
    """)
