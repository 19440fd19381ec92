"""An account is closed (decision 0027): what was sent to its owner is forgotten, and what would lead to it is not sent."""

from sqlalchemy import delete, func
from sqlmodel import col, or_

from notifier.fates import tell_given_up
from notifier.models import Delivery, State
from shared.contracts.events import AccountClosed
from shared.database.unit_of_work import UnitOfWork

CLOSING = "account-closed"
"""The mail that tells of it; it comes by another queue, before or after this, and goes with the term of deliveries."""
INTO_THE_ACCOUNT = (
    "confirmation", "reset-link", "email-change", "letter-reminder",
    "document-requested", "document-ready", "document-refused", "address-change-reported", "address-changed",
    "address-change-refused", "situation-change-reported", "situation-change-accepted", "situation-change-refused",
    "question-asked", "question-answered", "question-closed", "access-ending",
    "account-closure-requested", "account-closure-withdrawn", "account-closure-stopped",
)  # fmt: skip
"""Mails that send their reader to an account or a space which is closed now, or with a letter that the closing made void:
those that still wait help nobody.

What warns, and what tells of the closing or of a letter in the post, leaves all the same.
"""


async def account_closed(event: AccountClosed, work: UnitOfWork) -> None:
    """Forget the settled mails of before the closing, and those that still wait and lead nowhere now.

    One that a sender has in hand goes as well: it may leave once, and its sender finds no row to put back, to park or to
    mark as sent. What was queued after the closing is of an account that was opened since, or tells of the closing itself.
    """
    before = (col(Delivery.created_at) <= event.closed_at, col(Delivery.template) != CLOSING)
    own = col(Delivery.person_id) == event.person_id
    theirs = or_(own, func.lower(col(Delivery.recipient)) == event.email.lower())
    await work.session.execute(
        delete(Delivery).where(theirs, *before, col(Delivery.state).in_((State.SENT, State.PARKED)))
    )
    unsettled = col(Delivery.state).in_((State.QUEUED, State.SENDING))
    leads_nowhere = delete(Delivery).where(own, *before, col(Delivery.template).in_(INTO_THE_ACCOUNT), unsettled)
    for gone in (await work.session.scalars(leads_nowhere.returning(Delivery))).all():
        if gone.state == State.QUEUED:  # of one in hand nobody knows yet whether it was sent
            await tell_given_up(work, gone, "expired")
