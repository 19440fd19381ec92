"""What the tables of every part of the member space are made of. Amounts are integer cents of euro."""

from typing import Any

from sqlalchemy import Column, DateTime
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Table(SQLModel, registry=registry()):
    """Base of this service's tables, with metadata of its own."""


def moment(*, index: bool = False, nullable: bool = False) -> Any:
    """A column for a point in time, with its zone."""
    return Field(
        default=None if nullable else ..., sa_column=Column(DateTime(timezone=True), nullable=nullable, index=index)
    )


def document() -> Any:
    """A column of JSON."""
    return Field(sa_column=Column(JSONB, nullable=False))
