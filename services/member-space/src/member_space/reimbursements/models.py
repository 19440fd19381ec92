"""Reimbursements. Amounts are integer cents of euro."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from member_space.tables import Table


class Reimbursement(Table, table=True):
    """One line of a *décompte*."""

    __tablename__ = "reimbursement"
    __table_args__ = (
        Index("reimbursement_pages", "person_id", "paid_on", "number"),
        Index("reimbursement_statement", "person_id", "statement"),
        Index("reimbursement_names", "person_id", "beneficiary"),
        Index("reimbursement_age", text("timezone('Europe/Paris', (paid_on + 1)::timestamp)")),
    )

    number: str = Field(primary_key=True)
    person_id: UUID
    """In whose space it is shown."""
    statement: str
    """Number of the *décompte*: lines that were paid together share it."""
    care_date: date
    beneficiary: str
    kind: str
    """Of ``kinds.KINDS``: what members filter by."""
    act: str
    spent: int
    base: int
    """Base of the social security's tariff (*base de remboursement*)."""
    social_security_share: int
    mutual_share: int
    rest_to_pay: int
    payee: str
    """``person`` or ``professional`` (*tiers payant*)."""
    paid_on: date
