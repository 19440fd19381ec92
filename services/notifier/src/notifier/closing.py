"""An account is closed (decision 0027): what was sent to its owner is forgotten, and what would lead to it is not sent."""

from sqlalchemy import delete, func, update
from sqlmodel import col, or_

from notifier.models import Delivery, State
from shared.contracts.events import AccountClosed
from shared.database.unit_of_work import UnitOfWork

CLOSING = "account-closed"
"""The mail that tells of it; it comes by another queue, before or after this, and goes with the term of deliveries."""
INTO_THE_ACCOUNT = (
    "confirmation", "reset-link", "email-change",
    "document-requested", "document-ready", "document-refused", "address-change-reported", "address-changed",
    "address-change-refused", "situation-change-reported", "situation-change-accepted", "situation-change-refused",
    "question-asked", "question-answered", "question-closed", "access-ending",
    "account-closure-requested", "account-closure-withdrawn", "account-closure-stopped",
)  # fmt: skip
"""Mails that send their reader to an account or a space which is closed now: those that still wait help nobody.

What warns, and what tells of the closing or of a letter in the post, leaves all the same.
"""


async def account_closed(event: AccountClosed, work: UnitOfWork) -> None:
    """Forget the settled mails of before the closing; whoever next claims one that leads nowhere parks it unsent.

    What was queued after the closing is of an account that was opened since, or tells of the closing itself.
    """
    before = (col(Delivery.created_at) <= event.closed_at, col(Delivery.template) != CLOSING)
    theirs = or_(
        col(Delivery.person_id) == event.person_id, func.lower(col(Delivery.recipient)) == event.email.lower()
    )  # fmt: skip
    await work.session.execute(
        delete(Delivery).where(theirs, *before, col(Delivery.state).in_((State.SENT, State.PARKED)))
    )
    await work.session.execute(
        update(Delivery)
        .where(
            col(Delivery.person_id) == event.person_id, *before, col(Delivery.template).in_(INTO_THE_ACCOUNT),
            col(Delivery.state).in_((State.QUEUED, State.SENDING)),
        )
        .values(expires_at=work.now)
    )  # fmt: skip
