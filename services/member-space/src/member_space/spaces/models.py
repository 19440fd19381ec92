"""Spaces: whose, and where to write to."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from member_space.tables import Table, moment


class Space(Table, table=True):
    """A person's space: open from the first confirmed address on."""

    __tablename__ = "space"

    person_id: UUID = Field(primary_key=True)
    account_id: UUID
    civility: str
    given_name: str
    family_name: str
    email: str
    opened_at: datetime = moment()
    closed_at: datetime | None = moment(nullable=True)
    """At the person's wish; None again when a new account is confirmed."""
    told_at: datetime | None = moment(nullable=True)
    """When name and address were told; None: before this was written down."""
    frozen_at: datetime | None = moment(nullable=True)
    """When its owner last said that the account was in other hands; None: never, or before this was written down."""
