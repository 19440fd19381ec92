"""What operations ask of the deliveries: a list, and one more try."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from notifier.mail import LINK_IS_OPTIONAL, LINKS
from notifier.models import Delivery, State
from shared.database.unit_of_work import UnitOfWork

LISTED = 200


class CannotSendAgainError(Exception):
    """Why not, for people."""


async def listed(work: UnitOfWork, state: State | None) -> Sequence[Delivery]:
    """The newest ``LISTED`` deliveries, of one state or of all."""
    query = select(Delivery).order_by(col(Delivery.created_at).desc()).limit(LISTED)
    if state is not None:
        query = query.where(col(Delivery.state) == state)
    return (await work.session.execute(query)).scalars().all()


async def send_again(work: UnitOfWork, delivery_id: UUID) -> None:
    """Queue a parked mail anew, with all its attempts. What says enough without its link, which is erased, goes without.

    Raises:
        CannotSendAgainError: unknown, not parked, or a link whose token is erased.
    """
    delivery = await work.session.get(Delivery, delivery_id, with_for_update=True)
    if delivery is None:
        raise CannotSendAgainError("no such delivery")
    if delivery.state != State.PARKED:
        raise CannotSendAgainError(f"only a parked mail can be sent again, this one is {delivery.state}")
    if delivery.template in LINKS.keys() - LINK_IS_OPTIONAL:
        raise CannotSendAgainError("its link is erased: the person asks for a new one where they asked for this one")
    if delivery.expires_at is not None and delivery.expires_at <= work.now:
        raise CannotSendAgainError("what it says has expired")
    delivery.state = State.QUEUED
    delivery.attempts = 0
    delivery.next_attempt_at = work.now
    delivery.code = delivery.reason = None


def masked(address: str) -> str:
    """``jeanne@exemple.fr`` → ``j…@exemple.fr``: enough to tell a mistyped domain."""
    local, _, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"
