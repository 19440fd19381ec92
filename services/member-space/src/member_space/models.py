"""Tables of the member space. Amounts are integer cents of euro."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Table(SQLModel, registry=registry()):
    """Base of this service's tables, with metadata of its own."""


def _moment() -> Any:
    return Field(sa_column=Column(DateTime(timezone=True), nullable=False))


def _list() -> Any:
    return Field(sa_column=Column(JSONB, nullable=False))


class Space(Table, table=True):
    """A person's space: open from the first confirmed address on."""

    __tablename__ = "space"

    person_id: UUID = Field(primary_key=True)
    account_id: UUID
    civility: str
    given_name: str
    family_name: str
    email: str
    opened_at: datetime = _moment()


class UsedAssertion(Table, table=True):
    """An assertion of ``activation`` that was answered to: it opens nothing again."""

    __tablename__ = "used_assertion"

    id: UUID = Field(primary_key=True)
    expires_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, index=True))


class Contract(Table, table=True):
    """A contract with the mutual; a person who is only insured with the centre has none."""

    __tablename__ = "contract"

    number: str = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    coverage: str
    """``1`` or ``2``."""
    modules: list[str] = _list()
    """Of ``A``, ``B``, ``C``, ``+``."""
    since: date
    until: date | None = None
    """Last day; None: running on."""
    beneficiaries: list[dict[str, str]] = _list()
    """``{"name": …, "relation": …}``, in the order of the export."""


class GuaranteeLine(Table, table=True):
    """One line of the table of guarantees. An empty cell: not covered by that coverage or module."""

    __tablename__ = "guarantee_line"

    edition: date = Field(primary_key=True)
    """First day on which the edition holds; a later edition replaces it as a whole."""
    code: str = Field(primary_key=True)
    rank: int
    post: str
    """Care post, for example ``Dentaire``."""
    heading: str
    """Heading inside the post, for example ``100 % santé``; may be empty."""
    label: str
    coverage_1: str
    coverage_2: str
    module_a: str
    module_b: str
    module_c: str
    module_plus: str


class Reimbursement(Table, table=True):
    """One line of a *décompte*."""

    __tablename__ = "reimbursement"
    __table_args__ = (Index("reimbursement_latest", "person_id", "paid_on"),)

    number: str = Field(primary_key=True)
    person_id: UUID
    """In whose space it is shown."""
    care_date: date
    beneficiary: str
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
