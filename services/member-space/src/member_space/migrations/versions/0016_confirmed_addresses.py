"""When the address of a space was confirmed, so that news which arrive late do not bring an older one back; and when its
account was last frozen, so that nothing which was begun before goes on."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute("ALTER TABLE space ADD COLUMN told_at timestamptz, ADD COLUMN frozen_at timestamptz")
