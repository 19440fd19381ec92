"""Contracts with the mutual, and whom they cover."""

from datetime import date
from uuid import UUID

from sqlalchemy import Column, ForeignKey, Index, text
from sqlmodel import Field

from member_space.tables import Table, document


class Contract(Table, table=True):
    """A contract with the mutual; a person who is only insured with the centre has none."""

    __tablename__ = "contract"
    __table_args__ = (Index("contract_number_lower", text("lower(number)")),)

    number: str = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    coverage: str
    """``1`` or ``2``."""
    modules: list[str] = document()
    """Of ``A``, ``B``, ``C``, ``+``."""
    since: date
    until: date | None = None
    """Last day; None: running on."""
    beneficiaries: list[dict[str, str]] = document()
    """``{"name": …, "relation": …}``, in the order of the export; only for contracts of which ``beneficiary`` has no row."""


class Beneficiary(Table, table=True):
    """A person whom a contract covers; whoever leaves it keeps a row, with the last day."""

    __tablename__ = "beneficiary"

    number: str = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    """In whose space it is shown: the holder of the contract."""
    contract: str = Field(
        sa_column=Column(ForeignKey("contract.number", ondelete="CASCADE"), nullable=False, index=True)
    )
    given_name: str
    family_name: str
    birth_date: date
    relation: str
    """Of ``relations.RELATIONS``, to the holder."""
    since: date
    until: date | None = None
    """Last day; None: covered on."""
