"""Mails about a letter that something overtook: what waits is not sent any more, and what is heard too late is not queued.

The broker keeps no order between queues, least of all after an outage: nobody is told that a password waits for them after
they used it, nor that a letter is on its way after it came back.
"""

from uuid import UUID

from sqlmodel import col, or_, select

from notifier.deliveries import expire
from notifier.letter_mails import POSTED, REMINDER, RETURNED
from notifier.models import Delivery
from shared.database.unit_of_work import UnitOfWork

_ENDS_A_REMINDER = ("confirmation", "account-frozen", "account-closed")
"""Mails of what leaves no earlier letter good: an activation, « ce n’était pas moi », a closing."""


async def letter_came_back(work: UnitOfWork, letter_id: UUID) -> None:
    """What is still to be sent of the letter speaks of a password that opens nothing any more."""
    await expire(work, col(Delivery.cause_id) == letter_id, col(Delivery.template).in_((POSTED, REMINDER)))


async def letters_ended(work: UnitOfWork, person_id: UUID) -> None:
    """The person's letters of until now are used or void: nobody is reminded of one."""
    await expire(work, col(Delivery.person_id) == person_id, col(Delivery.template) == REMINDER)


async def has_come_back(work: UnitOfWork, letter_id: UUID) -> bool:
    """Whether its return was heard of before this."""
    told = select(Delivery.id).where(col(Delivery.cause_id) == letter_id, col(Delivery.template) == RETURNED)
    return (await work.session.execute(told.limit(1))).first() is not None


async def is_reminder_late(work: UnitOfWork, letter_id: UUID, person_id: UUID) -> bool:
    """Whether what was said after the reminder was due, of the letter or its owner, was heard of before it."""
    due_at = work.cause.time if work.cause else work.now
    returned = (col(Delivery.cause_id) == letter_id) & (col(Delivery.template) == RETURNED)
    ended = (
        (col(Delivery.created_at) >= due_at)
        & (col(Delivery.person_id) == person_id)
        & col(Delivery.template).in_(_ENDS_A_REMINDER)
    )
    return (await work.session.execute(select(Delivery.id).where(or_(returned, ended)).limit(1))).first() is not None
