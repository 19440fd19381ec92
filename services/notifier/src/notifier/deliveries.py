"""The delivery rows: added by handlers, claimed and settled by the sender.

A claim is a lease: ``sending`` is committed before the mail server hears of the mail, and ``next_attempt_at`` says when
another sender may take it over. Whoever settles names the claim, so that a late sender can't undo a newer one's work.
What is settled for good is told to others in the same transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from notifier.fates import tell_given_up, tell_sent
from notifier.models import Delivery, State
from notifier.retry_policy import pause_after
from shared.contracts.events import MailFailure
from shared.database.unit_of_work import UnitOfWork
from shared.observability.trace import current_trace

LEASE = timedelta(minutes=2)
"""Longer than the longest try (``smtp.TRY_SECONDS``) and the marking after it."""


@dataclass(frozen=True)
class Claim:
    """A delivery that this sender alone may try until ``lease_until``."""

    delivery: Delivery
    lease_until: datetime


async def add(
    work: UnitOfWork,
    template: str,
    recipient: str,
    *,
    person_id: UUID,
    cause_id: UUID,
    params: dict[str, Any] | None = None,
    account_id: UUID | None = None,
    mandate_id: UUID | None = None,
    sealed_token: str | None = None,
    expires_at: datetime | None = None,
) -> None:
    """Queue a mail about a person, once for each cause, template and recipient."""
    values = {
        "id": uuid4(), "person_id": person_id, "event_id": work.cause.id if work.cause else None, "cause_id": cause_id,
        "template": template, "recipient": recipient, "params": params or {},
        "account_id": account_id, "mandate_id": mandate_id, "sealed_token": sealed_token, "expires_at": expires_at,
        "state": State.QUEUED, "attempts": 0, "created_at": work.now, "next_attempt_at": work.now,
        "traceparent": current_trace(),
    }  # fmt: skip
    await work.session.execute(insert(Delivery).values(values).on_conflict_do_nothing())


async def claim(work: UnitOfWork, most: int) -> list[Claim]:
    """Up to ``most`` mails that are due, or whose sender died; those other senders hold are skipped."""
    due = (
        select(Delivery)
        .where(col(Delivery.state).in_((State.QUEUED, State.SENDING)), col(Delivery.next_attempt_at) <= work.now)
        .order_by(col(Delivery.next_attempt_at))
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    found = list((await work.session.execute(due)).scalars())
    lease_until = work.now + LEASE
    for delivery in found:
        delivery.state = State.SENDING
        delivery.next_attempt_at = lease_until
    return [Claim(delivery, lease_until) for delivery in found]


async def mark_sent(work: UnitOfWork, claim: Claim) -> None:
    """The mail server took it. Marked even when the lease ran out meanwhile: it did leave."""
    values = {"state": State.SENT, "sent_at": work.now, "sealed_token": None, "code": None, "reason": None}
    unsent = (col(Delivery.id) == claim.delivery.id, col(Delivery.state) != State.SENT)
    changed = await work.session.execute(update(Delivery).where(*unsent).values(values).returning(col(Delivery.id)))
    if changed.first() is not None:  # told once, even should two senders have sent it
        await tell_sent(work, claim.delivery)


async def put_back(work: UnitOfWork, claim: Claim) -> None:
    """The mail server is away: due again at once, no attempt spent."""
    await _settle(work, claim, state=State.QUEUED, next_attempt_at=work.now)


async def postpone(work: UnitOfWork, claim: Claim, code: int | None, reason: str) -> State:
    """Refused for now: tried again after a growing pause, or parked after the last; returns the new state."""
    attempts = claim.delivery.attempts + 1
    pause = pause_after(attempts)
    if pause is None:
        await park(work, claim, "refused-for-a-day", code, reason, attempts=attempts)
        return State.PARKED
    due = work.now + pause
    await _settle(
        work, claim, state=State.QUEUED, attempts=attempts, next_attempt_at=due, code=code, reason=reason
    )  # fmt: skip
    return State.QUEUED


async def park(
    work: UnitOfWork, claim: Claim, failure: MailFailure, code: int | None, reason: str, *, attempts: int | None = None
) -> None:
    """It will not be tried again by itself; the token goes."""
    count = claim.delivery.attempts if attempts is None else attempts
    if await _settle(work, claim, state=State.PARKED, attempts=count, sealed_token=None, code=code, reason=reason):
        await tell_given_up(work, claim.delivery, failure)


async def park_superseded(work: UnitOfWork, template: str, account_id: UUID, expires_at: datetime) -> None:
    """A newer link of this kind is on its way: those still waiting would no longer work."""
    parked = await work.session.scalars(
        update(Delivery)
        .where(
            col(Delivery.account_id) == account_id,
            col(Delivery.template) == template,
            col(Delivery.state) == State.QUEUED,
            col(Delivery.expires_at) < expires_at,
        )
        .values(state=State.PARKED, sealed_token=None, reason="superseded by a newer link")
        .returning(Delivery)
    )
    for delivery in parked:
        await tell_given_up(work, delivery, "superseded")


async def expire_invitations(work: UnitOfWork, mandate_id: UUID) -> None:
    """The mandate is withdrawn: its invitation is not sent any more."""
    await expire(work, col(Delivery.mandate_id) == mandate_id)


async def expire(work: UnitOfWork, *which: ColumnElement[bool]) -> None:
    """Of what waits, these help nobody from now on, and who next claims one parks it unsent.

    Also one that a sender holds, which puts it back when the mail server is away.
    """
    waiting = col(Delivery.state).in_((State.QUEUED, State.SENDING))
    await work.session.execute(update(Delivery).where(waiting, *which).values(expires_at=work.now))


async def _settle(work: UnitOfWork, claim: Claim, **values: Any) -> bool:
    """Write down what became of a claimed mail; whether the claim still held."""
    still_ours = (
        col(Delivery.id) == claim.delivery.id,
        col(Delivery.state) == State.SENDING,
        col(Delivery.next_attempt_at) == claim.lease_until,
    )
    settled = update(Delivery).where(*still_ours).values(**values).returning(col(Delivery.id))
    return (await work.session.execute(settled)).first() is not None
