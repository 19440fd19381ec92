"""A request to be told one's identifier, from the captcha to the event: only the confirmed address of a match is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from registration import register
from registration.captcha_challenge import Challenge
from registration.identity_check import IdentityCheck
from registration.identity_match import Claim
from registration.models import IdentifierRequest
from registration.reminder_policy import ReminderPolicy
from registration.used_captchas import CaptchaFailure, done_before_or_failed
from shared.contracts.event import Message
from shared.contracts.events import IdentifierReminderRequested
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Forgotten:
    """Who has forgotten, in canonical form. Nothing of it is kept."""

    submission_id: UUID
    number: str
    claim: Claim


class IdentifierRequests:
    """Judges requests and records them, one transaction each."""

    def __init__(self, database: Database, check: IdentityCheck, policy: ReminderPolicy | None = None) -> None:
        self._database = database
        self._check = check
        self._policy = policy or ReminderPolicy()

    async def submit(self, forgotten: Forgotten, challenge: Challenge | None, digits: str) -> CaptchaFailure | None:
        """Record the request once per submission; None when it is. ``challenge`` is None when it was lost before."""
        async with self._database.unit_of_work() as work:
            stopped = await done_before_or_failed(
                work, challenge, digits, lambda: _recorded(work, forgotten.submission_id)
            )
            if stopped is None:
                await self._judge(work, forgotten)
            return stopped if isinstance(stopped, CaptchaFailure) else None

    async def _judge(self, work: UnitOfWork, forgotten: Forgotten) -> None:
        # however often it was tried: what comes of it goes to the owner alone
        person = (await self._check.look(work, forgotten.number, forgotten.claim)).person
        # for nobody the same questions are asked, about a person who does not exist
        key = person.id if person else uuid4()
        await register.take_turn(work, key)
        email = await register.confirmed_address(work, key)
        may_be_told = self._policy.allows(work.now, await _told(work, key, work.now - self._policy.window))
        told = key if email and may_be_told else None
        request_id = await _record(work, forgotten.submission_id, told)
        about: list[Message] = []
        if told and email and request_id:
            about.append(IdentifierReminderRequested(person_id=told, request_id=request_id, email=email))
        await work.publish(*about)


async def _recorded(work: UnitOfWork, submission_id: UUID) -> UUID | None:
    """The request that this submission made before."""
    found = await work.session.execute(
        select(IdentifierRequest.id).where(IdentifierRequest.submission_id == submission_id)
    )
    request_id: UUID | None = found.scalar_one_or_none()
    return request_id


async def _told(work: UnitOfWork, person_id: UUID, since: datetime) -> Sequence[datetime]:
    found = await work.session.execute(
        select(IdentifierRequest.requested_at).where(
            IdentifierRequest.person_id == person_id, IdentifierRequest.requested_at > since
        )
    )
    return found.scalars().all()


async def _record(work: UnitOfWork, submission_id: UUID, person_id: UUID | None) -> UUID | None:
    """Write the request down and return its id; None when the same submission was written meanwhile."""
    written = await work.session.execute(
        insert(IdentifierRequest)
        .values(id=uuid4(), submission_id=submission_id, requested_at=work.now, person_id=person_id)
        .on_conflict_do_nothing()
        .returning(col(IdentifierRequest.id))
    )
    request_id: UUID | None = written.scalar_one_or_none()
    return request_id
