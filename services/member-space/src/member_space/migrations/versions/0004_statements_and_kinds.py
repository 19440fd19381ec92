"""Reimbursements by *décompte* and by kind of care, and the order in which pages of them are read."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    # with defaults, so that a replica of the version before can still write
    op.add_column("reimbursement", sa.Column("statement", sa.String, nullable=False, server_default=""))
    op.add_column("reimbursement", sa.Column("kind", sa.String, nullable=False, server_default="autre"))
    op.execute("UPDATE reimbursement SET statement = number")
    op.create_index("reimbursement_pages", "reimbursement", ["person_id", "paid_on", "number"])
    op.create_index("reimbursement_statement", "reimbursement", ["person_id", "statement"])
    op.drop_index("reimbursement_latest", "reimbursement")
