"""Letters that came back before they were known; where a letter is, for its owner; when its owner was reminded of it."""

from alembic import op

revision = "0011"
down_revision = "0010"

_STATEMENTS = (
    "CREATE TABLE returned_letter (letter_id uuid PRIMARY KEY, returned_at timestamptz NOT NULL)",
    "CREATE INDEX ix_returned_letter_returned_at ON returned_letter (returned_at)",
    # letters of before have no such page: their mails lead to none
    "ALTER TABLE provisional_letter ADD COLUMN sealed_tracking text, ADD COLUMN reminded_at timestamptz",
)


def upgrade() -> None:
    for statement in _STATEMENTS:
        op.execute(statement)
