"""Sends the deliveries that are due. Any number of senders may work side by side.

At-least-once, openly: a mail may come twice in one window only, between the mail server's acceptance of its DATA and the
commit of our ``sent`` (a crash, a cut connection, or a database that stays away longer than the lease). Both copies carry
the same Message-ID and the same content.
"""

import asyncio
from dataclasses import dataclass
from enum import Enum, auto

import structlog
from jinja2 import TemplateError

from notifier import deliveries
from notifier.deliveries import LEASE, Claim
from notifier.mail import Composer, wire_address
from notifier.metrics import DELIVERIES
from notifier.models import State
from notifier.smtp import MailServer, MailServerDownError, Refusal, send
from shared.database.engine import Database
from shared.database.failures import is_away
from shared.database.unit_of_work import UnitOfWork
from shared.messaging import fault_points
from shared.messaging.backoff import pauses
from shared.messaging.failures import DependencyDownError
from shared.observability.operations import SEND_MAIL
from shared.observability.trace import span_from

BATCH = 8
"""Mails claimed at once, each sent over a connection of its own."""

log = structlog.get_logger()


class _Fate(Enum):
    SENT = auto()
    DOWN = auto()
    EXPIRED = auto()


@dataclass(frozen=True)
class _NotBuilt:
    """There is no mail to send."""

    reason: str
    code = 554
    """As a mail server would answer for good."""


class Sender:
    """Claims, sends, settles."""

    def __init__(self, database: Database, composer: Composer, server: MailServer, envelope_sender: str) -> None:
        self._database = database
        self._composer = composer
        self._server = server
        self._envelope_sender = envelope_sender

    async def send_due(self) -> bool:
        """Send what is due, up to a batch; whether there was anything.

        Raises:
            DependencyDownError: the mail server is away; what was claimed is due again, no attempt spent.
        """
        async with self._database.unit_of_work() as work:
            claims = await deliveries.claim(work, BATCH)
        fates = await asyncio.gather(*(self._deliver(claim) for claim in claims), return_exceptions=True)
        for fate in fates:
            if isinstance(fate, BaseException):
                raise fate
        if _Fate.DOWN in fates:
            raise DependencyDownError("the mail server is away")
        return bool(claims)

    async def _deliver(self, claim: Claim) -> Refusal | _NotBuilt | _Fate:
        with span_from(claim.delivery.traceparent, SEND_MAIL, {"espace.delivery_id": claim.delivery.id}) as span:
            fate = await self._fate(claim)
            outcome = await self._record_patiently(claim, fate)
            span.set({"espace.outcome": outcome})
            if not isinstance(fate, _Fate):
                span.failed(fate.code or ConnectionAbortedError())
            DELIVERIES.labels(claim.delivery.template, outcome).inc()
            log.info(
                "delivery", delivery_id=str(claim.delivery.id), template=claim.delivery.template, outcome=outcome,
                status=None if isinstance(fate, _Fate) else fate.code,
            )  # fmt: skip
        return fate

    async def _fate(self, claim: Claim) -> Refusal | _NotBuilt | _Fate:
        delivery = claim.delivery
        if delivery.expires_at is not None and delivery.expires_at <= claim.lease_until - LEASE:
            return _Fate.EXPIRED
        try:
            mail = self._composer.compose(delivery)
            recipient = wire_address(delivery.recipient)
        except (ValueError, KeyError, TemplateError) as error:
            return _NotBuilt(f"the mail can't be built: {type(error).__name__}")
        try:
            refusal = await send(self._server, mail, self._envelope_sender, recipient)
        except MailServerDownError as error:
            log.warning("mail server is away", reason=str(error))
            return _Fate.DOWN
        fault_points.reached("after-send", delivery.template)
        return refusal or _Fate.SENT

    async def _record_patiently(self, claim: Claim, fate: Refusal | _NotBuilt | _Fate) -> str:
        """Commit what became of a mail; while the database is away, hold on for as long as the lease may last."""
        waits = pauses()
        deadline = asyncio.get_running_loop().time() + LEASE.total_seconds()
        while True:
            try:
                async with self._database.unit_of_work() as work:
                    return await _record(work, claim, fate)
            except Exception as error:
                if not is_away(error) or asyncio.get_running_loop().time() > deadline:
                    raise
                await asyncio.sleep(next(waits))


async def _record(work: UnitOfWork, claim: Claim, fate: Refusal | _NotBuilt | _Fate) -> str:
    if fate is _Fate.SENT:
        await deliveries.mark_sent(work, claim)
        return "sent"
    if fate is _Fate.DOWN:
        await deliveries.put_back(work, claim)
        return "put back"
    if isinstance(fate, Refusal) and not fate.permanent:
        state = await deliveries.postpone(work, claim, fate.code, fate.reason)
        return "postponed" if state is State.QUEUED else "parked"
    if isinstance(fate, Refusal):
        await deliveries.park(work, claim, "refused", fate.code, fate.reason)
    elif isinstance(fate, _NotBuilt):
        await deliveries.park(work, claim, "not-built", fate.code, fate.reason)
    else:
        await deliveries.park(work, claim, "expired", None, "expired before it could be sent")
    return "parked"
