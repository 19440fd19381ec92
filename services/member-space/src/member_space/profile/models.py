"""Requests to close the account."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from member_space.tables import Table, moment


class AccountClosure(Table, table=True):
    """One request: it waits until ``due_at``, and is withdrawn or carried out, once."""

    __tablename__ = "account_closure"
    __table_args__ = (
        Index(
            "account_closure_waiting", "person_id", unique=True,
            postgresql_where=text("withdrawn_at IS NULL AND closed_at IS NULL"),
        ),
    )  # fmt: skip

    id: UUID = Field(primary_key=True)
    person_id: UUID = Field(index=True)
    account_id: UUID
    submission_id: UUID = Field(unique=True)
    """Of the form: sent twice, it is one request."""
    reference: str = Field(unique=True)
    requested_at: datetime = moment()
    due_at: datetime = moment()
    """Until then the person may change their mind."""
    withdrawn_at: datetime | None = moment(nullable=True)
    closed_at: datetime | None = moment(nullable=True)
