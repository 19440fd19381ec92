"""What was answered to."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field

from member_space.tables import Table, moment


class UsedAssertion(Table, table=True):
    """An assertion of ``activation`` that was answered to: it opens nothing again."""

    __tablename__ = "used_assertion"

    id: UUID = Field(primary_key=True)
    expires_at: datetime = moment(index=True)
