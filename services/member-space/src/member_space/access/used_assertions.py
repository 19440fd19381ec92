"""One assertion, one request: which ones were answered to, whichever replica did it (decision 0017)."""

from datetime import timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from member_space.models import UsedAssertion
from shared.database.unit_of_work import UnitOfWork
from shared.security.assertions import Assertion

KEPT = timedelta(minutes=5)
"""After their end, so that replicas whose clocks differ agree."""


async def use(work: UnitOfWork, assertion: Assertion[object]) -> bool:
    """Record it in the transaction of its request; False when it was recorded before.

    Two requests with the same one: the second waits here for the first one's commit, then gets False; or, when the first
    came to nothing, takes its place.
    """
    recorded = await work.session.execute(
        insert(UsedAssertion)
        .values(id=assertion.id, expires_at=assertion.expires_at)
        .on_conflict_do_nothing()
        .returning(col(UsedAssertion.id))
    )
    return recorded.first() is not None
