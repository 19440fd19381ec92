"""What became of the letter that a request made, and the link by which its person follows it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

_TEXTS = ("tracking_digest", "news", "place", "postal_zone", "address_fingerprint", "return_reason")
_MOMENTS = ("posted_at", "valid_until", "returned_at")


def upgrade() -> None:
    # all may be empty: a replica of the version before goes on writing, and of earlier letters nothing is known
    for name in _TEXTS:
        op.add_column("account_request", sa.Column(name, sa.Text))
    for name in _MOMENTS:
        op.add_column("account_request", sa.Column(name, sa.DateTime(timezone=True)))
    op.create_unique_constraint("account_request_tracking_digest_key", "account_request", ["tracking_digest"])
