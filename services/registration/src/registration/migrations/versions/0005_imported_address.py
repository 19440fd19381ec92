"""What the latest import said of an address; of before, what is known is taken for it."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("person", sa.Column("imported_address", ARRAY(sa.Text)))
    op.execute("UPDATE person SET imported_address = address_lines")
