"""Reimbursements are looked through every day for what is past its term: by the moment that the rule counts from."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute("CREATE INDEX reimbursement_age ON reimbursement (timezone('Europe/Paris', (paid_on + 1)::timestamp))")
