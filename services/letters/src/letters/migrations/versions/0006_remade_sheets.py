"""Marks and places of sheets whose letters were made again. Nothing that is there changes."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE remade_sheet (
          mark text PRIMARY KEY,
          letter_id uuid NOT NULL REFERENCES letter (id) ON DELETE CASCADE,
          batch_id uuid NOT NULL REFERENCES print_batch (id) ON DELETE CASCADE,
          place integer NOT NULL
        )
    """)
    op.execute("CREATE INDEX remade_sheet_letter ON remade_sheet (letter_id)")
    op.execute("CREATE INDEX remade_sheet_batch ON remade_sheet (batch_id, place)")
