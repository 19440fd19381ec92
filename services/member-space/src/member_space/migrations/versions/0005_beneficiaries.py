"""The beneficiaries of contracts, and the staging of imports."""

import sqlalchemy as sa
from alembic import op

from shared.imports.migrations import create_stage_import

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "beneficiary",
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column(
            "contract", sa.String, sa.ForeignKey("contract.number", ondelete="CASCADE"), nullable=False, index=True
        ),
        *(sa.Column(name, sa.String, nullable=False) for name in ("given_name", "family_name")),
        sa.Column("birth_date", sa.Date, nullable=False),
        sa.Column("relation", sa.String, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
    )
    create_stage_import(op.execute)
