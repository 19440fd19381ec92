"""Others are told what became of a mail, in the transaction that writes it down: never to which address, or in what words."""

from notifier.models import Delivery
from shared.contracts.events import MailFailure, MailGivenUp, MailSent
from shared.database.unit_of_work import UnitOfWork


async def tell_sent(work: UnitOfWork, delivery: Delivery) -> None:
    """The mail server has taken it."""
    if delivery.person_id is None or delivery.event_id is None:
        return
    told = MailSent(
        person_id=delivery.person_id, delivery_id=delivery.id, template=delivery.template,
        caused_by=delivery.event_id, sent_at=work.now,
    )  # fmt: skip
    await work.publish(told)


async def tell_given_up(work: UnitOfWork, delivery: Delivery, reason: MailFailure) -> None:
    """It is parked."""
    if delivery.person_id is None or delivery.event_id is None:
        return
    told = MailGivenUp(
        person_id=delivery.person_id, delivery_id=delivery.id, template=delivery.template,
        caused_by=delivery.event_id, reason=reason, given_up_at=work.now,
    )  # fmt: skip
    await work.publish(told)
