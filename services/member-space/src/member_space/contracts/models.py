"""Contracts with the mutual."""

from datetime import date
from uuid import UUID

from sqlmodel import Field

from member_space.tables import Table, document


class Contract(Table, table=True):
    """A contract with the mutual; a person who is only insured with the centre has none."""

    __tablename__ = "contract"

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
    """``{"name": …, "relation": …}``, in the order of the export."""
