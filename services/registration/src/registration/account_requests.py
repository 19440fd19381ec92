"""A request for an account, from the captcha to the event. Only a match that the policy allows makes a letter."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid4

from registration import recorded_requests, register
from registration.captcha_challenge import Challenge
from registration.identity_match import Claim, find_person
from registration.letter_policy import LetterPolicy
from registration.models import Person
from registration.outcome import Outcome
from registration.recorded_requests import Recorded
from registration.used_captchas import use
from shared.contracts.events import AccountAlreadyOpen, AccountRequested, AccountRequestRefused, RequestRefusal
from shared.contracts.postal_zone import PostalZone
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.security.fingerprints import fingerprints
from shared.security.key_ring import KeyRing

REFUSALS: Mapping[Outcome, RequestRefusal] = {
    Outcome.TOO_SOON: "too-soon",
    Outcome.TOO_MANY: "too-many-letters",
    Outcome.ACCOUNT_OPEN: "account-open",
}


class CaptchaFailure(StrEnum):
    """Why the captcha did not pass."""

    LOST = "lost"
    """Expired, already answered, or of another visitor."""
    WRONG = "wrong"


@dataclass(frozen=True)
class Asked:
    """What a person asks, in canonical form. Nothing of it is kept but in the event of a match."""

    submission_id: UUID
    number: str
    claim: Claim
    email: str


class AccountRequests:
    """Judges requests and records them, one transaction each."""

    def __init__(self, database: Database, fingerprint_keys: KeyRing, policy: LetterPolicy | None = None) -> None:
        self._database = database
        self._keys = fingerprint_keys
        self._policy = policy or LetterPolicy()

    async def submit(self, asked: Asked, challenge: Challenge | None, digits: str) -> Recorded | CaptchaFailure:
        """Record the request once per submission. ``challenge`` is None when it was lost before it came here."""
        async with self._database.unit_of_work() as work:
            if known := await recorded_requests.find(work, asked.submission_id):
                return known
            if challenge is None:
                return CaptchaFailure.LOST
            if not await use(work, challenge):
                # a second click had waited here for the first one's commit
                return await recorded_requests.find(work, asked.submission_id) or CaptchaFailure.LOST
            if not challenge.is_answered_by(digits):
                return CaptchaFailure.WRONG
            await self._judge(work, asked)
            recorded = await recorded_requests.find(work, asked.submission_id)
            assert recorded is not None  # noqa: S101 - written just above
            return recorded

    async def _judge(self, work: UnitOfWork, asked: Asked) -> None:
        typed = fingerprints(self._keys, asked.number)
        person = find_person(asked.claim, await register.people_with_number(work, typed))
        # for nobody the same questions are asked, about a person who does not exist
        key = person.id if person else uuid4()
        past = await register.history(work, key, work.now - self._policy.window)
        answer = self._policy.answer(work.now, past.letters, account_confirmed=past.account_confirmed)
        outcome = answer.outcome if person else Outcome.UNMATCHED
        request_id = await recorded_requests.record(work, asked.submission_id, outcome, person.id if person else None)
        if person is None or request_id is None:
            return
        if outcome in REFUSALS:
            refused = AccountRequestRefused(
                person_id=person.id, request_id=request_id, reason=REFUSALS[outcome], not_before=answer.not_before
            )
            await work.publish(refused)
        if outcome is Outcome.LETTER:
            numbers = tuple(dict.fromkeys((*past.number_fingerprints, *typed)))
            await work.publish(_account_requested(work, request_id, person, asked.email, numbers))
        elif outcome is Outcome.ACCOUNT_OPEN:
            email = await register.owner_to_tell(work, person.id)
            if email is not None:
                await work.publish(AccountAlreadyOpen(person_id=person.id, request_id=request_id, email=email))


def _account_requested(
    work: UnitOfWork, request_id: UUID, person: Person, email: str, numbers: tuple[str, ...]
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
        }
    )
