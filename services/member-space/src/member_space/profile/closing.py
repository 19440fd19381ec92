"""What happens when the days to change one's mind are over."""

from sqlmodel import col, or_, select

from member_space.access.actions import Action
from member_space.mandates.ending import end
from member_space.mandates.models import Mandate
from member_space.mandates.queries import is_open
from member_space.profile.models import AccountClosure
from member_space.spaces.models import Space
from member_space.spaces.told_person import about
from shared.contracts.events import AccountClosed
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork

EVERY_SECONDS = 60.0


async def close_one(database: Database) -> bool:
    """Carry out one request that is due; False when there is none. Several replicas may do it at once."""
    async with database.unit_of_work() as work:
        # the space with it: whoever takes the account back holds the space before the request (``handlers``)
        query = (
            select(AccountClosure, Space)
            .join(Space, col(Space.person_id) == col(AccountClosure.person_id))
            .where(
                col(AccountClosure.due_at) <= work.now,
                col(AccountClosure.withdrawn_at).is_(None),
                col(AccountClosure.closed_at).is_(None),
            )
            .order_by(col(AccountClosure.due_at))
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        found = (await work.session.execute(query)).one_or_none()
        if found is None:
            return False
        due, space = found
        due.closed_at = space.closed_at = work.now
        await _end_mandates(work, space)
        await work.publish(
            AccountClosed(
                **about(space), account_id=due.account_id, request_id=due.id, reference=due.reference,
                closed_at=work.now,
            )
        )  # fmt: skip
        return True


async def _end_mandates(work: UnitOfWork, space: Space) -> None:
    """Those that the owner gave, and those that they were given: neither comes back with a space opened again some day.

    Locked in the order of their ids, since the other side may close at the same time.
    """
    me = space.person_id
    query = select(Mandate).where(or_(Mandate.grantor_id == me, Mandate.delegate_id == me), is_open(work.now))
    for mandate in (await work.session.scalars(query.order_by(col(Mandate.id)).with_for_update())).all():
        grantor = await work.session.get_one(Space, mandate.grantor_id)
        await end(work, mandate, grantor, me, Action.END_MANDATE, account_closed=True)
