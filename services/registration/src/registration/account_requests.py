"""A request for a letter by a form, from the captcha to the events. Only a match that the policy allows makes one."""

from dataclasses import dataclass
from uuid import UUID

from registration import recorded_requests
from registration.captcha_challenge import Challenge
from registration.identity_check import IdentityCheck
from registration.identity_match import Claim
from registration.judging import Judge, Wanted
from registration.recorded_requests import Recorded
from registration.used_captchas import CaptchaFailure, done_before_or_failed
from shared.contracts.events import LetterPurpose
from shared.database.engine import Database
from shared.security.fingerprints import fingerprints


@dataclass(frozen=True)
class Asked:
    """What a person asks, in canonical form. Of it the purpose alone is kept, and of a match the event, and the address locked
    (``tracking.py``)."""

    submission_id: UUID
    purpose: LetterPurpose
    number: str
    claim: Claim
    email: str


class AccountRequests:
    """Judges requests and records them, one transaction each."""

    def __init__(self, database: Database, check: IdentityCheck, judge: Judge) -> None:
        self._database = database
        self._check = check
        self._judge = judge

    async def submit(self, asked: Asked, challenge: Challenge | None, digits: str) -> Recorded | CaptchaFailure:
        """Record the request once per submission. ``challenge`` is None when it was lost before it came here."""
        async with self._database.unit_of_work() as work:
            stopped = await done_before_or_failed(
                work, challenge, digits, lambda: recorded_requests.find(work, asked.submission_id)
            )
            if stopped is not None:
                return stopped
            checked = await self._check.look(work, asked.number, asked.claim)
            wanted = Wanted(
                asked.submission_id,
                asked.purpose,
                checked.person,
                asked.email,
                fingerprints(self._check.keys, asked.number),
                to_owner_alone=checked.tried_often,
            )
            await self._judge.judge(work, wanted)
            recorded = await recorded_requests.find(work, asked.submission_id)
            assert recorded is not None  # noqa: S101 - written just above
            return recorded
