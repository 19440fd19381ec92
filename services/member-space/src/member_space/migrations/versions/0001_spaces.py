"""Messaging tables, spaces, contracts, guarantees and reimbursements."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from shared.messaging.migrations import create_messaging_tables

revision = "0001"
down_revision = None


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False)


def upgrade() -> None:
    create_messaging_tables(op.execute)
    op.create_table(
        "space",
        sa.Column("person_id", sa.Uuid, primary_key=True),
        sa.Column("account_id", sa.Uuid, nullable=False),
        *map(_text, ("civility", "given_name", "family_name", "email")),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_table(
        "contract",
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False, index=True),
        _text("coverage"),
        sa.Column("modules", JSONB, nullable=False),
        sa.Column("since", sa.Date, nullable=False),
        sa.Column("until", sa.Date),
        sa.Column("beneficiaries", JSONB, nullable=False),
    )
    op.create_table(
        "guarantee_line",
        sa.Column("edition", sa.Date, primary_key=True),
        sa.Column("code", sa.String, primary_key=True),
        sa.Column("rank", sa.Integer, nullable=False),
        *map(_text, ("post", "heading", "label")),
        *map(_text, ("coverage_1", "coverage_2", "module_a", "module_b", "module_c", "module_plus")),
    )
    op.create_table(
        "reimbursement",
        sa.Column("number", sa.String, primary_key=True),
        sa.Column("person_id", sa.Uuid, nullable=False),
        sa.Column("care_date", sa.Date, nullable=False),
        *map(_text, ("beneficiary", "act")),
        *(
            sa.Column(name, sa.Integer, nullable=False)
            for name in ("spent", "base", "social_security_share", "mutual_share", "rest_to_pay")
        ),
        _text("payee"),
        sa.Column("paid_on", sa.Date, nullable=False),
    )
    op.create_index("reimbursement_latest", "reimbursement", ["person_id", "paid_on"])
