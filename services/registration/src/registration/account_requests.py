"""A request for a letter, from the captcha to the events. Only a match that the policy allows makes one."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from registration import recorded_requests, register
from registration.captcha_challenge import Challenge
from registration.identity_check import IdentityCheck
from registration.identity_match import Claim
from registration.letter_policy import LetterPolicy
from registration.models import Person
from registration.outcome import Outcome
from registration.recorded_requests import Recorded
from registration.used_captchas import CaptchaFailure, done_before_or_failed
from shared.contracts.event import Message
from shared.contracts.events import (
    AccountAlreadyOpen,
    AccountRequested,
    AccountRequestRefused,
    LetterPurpose,
    RecoveryLetterRequested,
    RequestRefusal,
)
from shared.contracts.postal_zone import PostalZone
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.security.fingerprints import fingerprints

REFUSALS: Mapping[Outcome, RequestRefusal] = {
    Outcome.TOO_SOON: "too-soon",
    Outcome.TOO_MANY: "too-many-letters",
    Outcome.ACCOUNT_OPEN: "account-open",
}


@dataclass(frozen=True)
class Asked:
    """What a person asks, in canonical form. Nothing of it is kept but its purpose, and the event of a match."""

    submission_id: UUID
    purpose: LetterPurpose
    number: str
    claim: Claim
    email: str


class AccountRequests:
    """Judges requests and records them, one transaction each."""

    def __init__(self, database: Database, check: IdentityCheck, policy: LetterPolicy | None = None) -> None:
        self._database = database
        self._check = check
        self._policy = policy or LetterPolicy()

    async def submit(self, asked: Asked, challenge: Challenge | None, digits: str) -> Recorded | CaptchaFailure:
        """Record the request once per submission. ``challenge`` is None when it was lost before it came here."""
        async with self._database.unit_of_work() as work:
            stopped = await done_before_or_failed(
                work, challenge, digits, lambda: recorded_requests.find(work, asked.submission_id)
            )
            if stopped is not None:
                return stopped
            await self._judge(work, asked)
            recorded = await recorded_requests.find(work, asked.submission_id)
            assert recorded is not None  # noqa: S101 - written just above
            return recorded

    async def _judge(self, work: UnitOfWork, asked: Asked) -> None:
        checked = await self._check.look(work, asked.number, asked.claim)
        person = checked.person
        # for nobody the same questions are asked, about a person who does not exist
        key = person.id if person else uuid4()
        past = await register.history(work, key, work.now - self._policy.window)
        answer = self._policy.answer(
            work.now,
            past.letters,
            account_confirmed=past.confirmed_address is not None,
            purpose=asked.purpose,
            frozen_at=past.frozen_at,
        )
        news = asked.email
        if checked.tried_often:
            # the mail that tells of a letter would tell a stranger that they guessed right: it goes to the owner
            news = past.confirmed_address or ""
            person = person if answer.purpose == "recovery" else None
        outcome = answer.outcome if person else Outcome.UNMATCHED
        matched = person.id if person else None
        request_id = await recorded_requests.record(work, asked.submission_id, asked.purpose, outcome, matched)
        owner_is_told = request_id is not None and outcome is Outcome.ACCOUNT_OPEN
        owner = await register.owner_to_tell(work, key if owner_is_told else uuid4())
        if person is None or request_id is None:
            await work.publish()
            return
        about: list[Message] = []
        if outcome in REFUSALS:
            reason, not_before = REFUSALS[outcome], answer.not_before
            about.append(
                AccountRequestRefused(person_id=person.id, request_id=request_id, reason=reason, not_before=not_before)
            )
        if outcome is Outcome.LETTER:
            typed = fingerprints(self._check.keys, asked.number)
            numbers = tuple(dict.fromkeys((*past.number_fingerprints, *typed)))
            about.append(_account_requested(work, request_id, person, news, numbers, answer.purpose))
            if answer.purpose == "recovery":
                about.append(RecoveryLetterRequested(person_id=person.id, request_id=request_id, requested_at=work.now))
        if owner is not None:
            about.append(AccountAlreadyOpen(person_id=person.id, request_id=request_id, email=owner))
        await work.publish(*about)


def _account_requested(
    work: UnitOfWork,
    request_id: UUID,
    person: Person,
    email: str,
    numbers: tuple[str, ...],
    purpose: LetterPurpose,
) -> AccountRequested:
    return AccountRequested.model_validate(
        {
            "person_id": person.id,
            "request_id": request_id,
            "requested_at": work.now,
            "number_fingerprints": numbers,
            "civility": person.civility,
            "given_name": person.given_name,
            "family_name": person.family_name,
            "birth_date": person.birth_date,
            "address_lines": tuple(person.address_lines),
            "postal_zone": PostalZone(person.postal_zone),
            "email": email,
            "purpose": purpose,
        }
    )
