"""The journal of a space is appended only, and a contract is found however its number is written."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

# what the retention period (12 months, design §5; ``retention``) has not released can't be changed or removed
_KEEP = """
    CREATE FUNCTION keep_journal_entry() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND OLD.at < now() - interval '360 days' THEN
        RETURN OLD;
      END IF;
      RAISE EXCEPTION 'the journal of a space is append-only';
    END $$
"""
_KEPT = """
    CREATE TRIGGER journal_entry_kept BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION keep_journal_entry()
"""


def upgrade() -> None:
    op.execute(_KEEP)
    op.execute(_KEPT)
    op.create_index("contract_number_lower", "contract", [sa.text("lower(number)")])
