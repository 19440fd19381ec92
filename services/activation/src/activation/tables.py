"""What the tables of this service are made of. Times are aware and in UTC."""

from typing import Any

from sqlalchemy import Column, DateTime, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class Table(SQLModel, registry=registry()):
    """Base of the tables; a registry of its own keeps services apart when tests load several."""


def moment(*, index: bool = False, nullable: bool = False) -> Any:
    """A column for a point in time."""
    return Field(sa_type=DateTime(timezone=True), index=index, nullable=nullable, default=None if nullable else ...)


def moments() -> Any:
    """A column for several points in time."""
    return Field(default_factory=list, sa_column=Column(ARRAY(DateTime(timezone=True)), nullable=False))


def token_hash(*, primary_key: bool = False) -> Any:
    """A column for the digest of a token, by which its row is found."""
    return Field(sa_type=LargeBinary, primary_key=primary_key, unique=not primary_key)


def words(**options: Any) -> Any:
    """A column of text."""
    return Field(sa_type=Text, **options)
