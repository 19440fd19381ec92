"""Beneficiaries and their names found by the person."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_index("ix_beneficiary_person_id", "beneficiary", ["person_id"])
    op.create_index("reimbursement_names", "reimbursement", ["person_id", "beneficiary"])
