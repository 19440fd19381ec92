"""Keyed fingerprints of the numbers of an account's owner: a new password or answer must not hold one of them."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    # accounts of before know none until a letter opens them anew
    op.execute("ALTER TABLE account ADD COLUMN number_fingerprints text[] NOT NULL DEFAULT '{}'")
