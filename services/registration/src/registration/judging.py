"""A request for a letter, judged and recorded, with the events that tell of it: by a form, or by the page of an earlier letter.

The same statements and the same work, whoever is asked about (decision 0012).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from registration import recorded_requests, register, tracking
from registration.letter_policy import Answer, LetterPolicy
from registration.models import Person
from registration.outcome import Outcome
from shared.contracts.event import Message
from shared.contracts.events import (
    AccountAlreadyOpen,
    AccountRequested,
    AccountRequestRefused,
    LetterPurpose,
    RecoveryLetterRequested,
)
from shared.database.unit_of_work import UnitOfWork
from shared.security.key_ring import KeyRing
from shared.security.sealing import SealingKey

REFUSALS: Mapping[Outcome, str] = {
    Outcome.TOO_SOON: "too-soon",
    Outcome.TOO_MANY: "too-many-letters",
    Outcome.ACCOUNT_OPEN: "account-open",
    Outcome.ADDRESS_RETURNED: "address-returned",
}
"""As ``AccountRequestRefused`` calls them."""


@dataclass(frozen=True)
class Wanted:
    """What is to be judged. ``person``: None when nobody matched."""

    submission_id: UUID
    purpose: LetterPurpose
    person: Person | None
    news: str
    """The e-mail address to which news of the letter is to go."""
    number_fingerprints: tuple[str, ...] = ()
    """Of the number that was typed, beside those of the register."""
    to_owner_alone: bool = False
    """Whoever asks may learn nothing: news goes to the confirmed address, or there is no letter."""


class Judge:
    """``keys``: the ring of fingerprints."""

    def __init__(self, keys: KeyRing, notifier: SealingKey, policy: LetterPolicy | None = None) -> None:
        self._keys = keys
        self._notifier = notifier
        self.policy = policy or LetterPolicy()

    async def judge(self, work: UnitOfWork, wanted: Wanted) -> None:
        """Record the request, once per submission. Until the end of the transaction no other one of the person's is judged."""
        person, news = wanted.person, wanted.news
        # for nobody the same questions are asked, about a person who does not exist
        key = person.id if person else uuid4()
        await register.take_turn(work, key)
        present = tracking.present_address(self._keys, person or tracking.NOBODY)
        past = await register.history(work, key, present)
        answer = self.policy.answer(
            work.now,
            past.letters,
            account_confirmed=past.confirmed_address is not None,
            purpose=wanted.purpose,
            frozen_at=past.frozen_at,
        )
        if wanted.to_owner_alone:
            # the mail that tells of a letter would tell a stranger that they guessed right
            news = past.confirmed_address or ""
            person = person if answer.purpose == "recovery" else None
        outcome = answer.outcome if person else Outcome.UNMATCHED
        followed = tracking.begin(self._notifier, self._keys, person or tracking.NOBODY, news)
        kept = followed if outcome is Outcome.LETTER else None
        request_id = await recorded_requests.record(
            work, wanted.submission_id, wanted.purpose, outcome, person.id if person else None, kept
        )
        owner_is_told = request_id is not None and outcome is Outcome.ACCOUNT_OPEN
        owner = await register.owner_to_tell(work, key if owner_is_told else uuid4())
        about: list[Message] = []
        if person is not None and request_id is not None:
            if answer.allowed:
                numbers = tuple(dict.fromkeys((*past.number_fingerprints, *wanted.number_fingerprints)))
                about.append(
                    AccountRequested(
                        **_of(person), request_id=request_id, requested_at=work.now, email=news, purpose=answer.purpose,
                        number_fingerprints=numbers, sealed_tracking=followed.sealed,
                    )
                )  # fmt: skip
            about += _beside(answer, person.id, request_id, work.now, owner)
        await work.publish(*about)


def _of(person: Person) -> dict[str, Any]:
    """What the register says of who is written to."""
    named = {"civility", "given_name", "family_name", "birth_date", "address_lines", "postal_zone"}
    return person.model_dump(include=named) | {"person_id": person.id}


def _beside(answer: Answer, person_id: UUID, request_id: UUID, now: datetime, owner: str | None) -> Iterator[Message]:
    """What is told beside a letter, or instead of one. ``owner``: the address at which an account's owner is to be told."""
    if answer.allowed and answer.purpose == "recovery":
        yield RecoveryLetterRequested(person_id=person_id, request_id=request_id, requested_at=now)
    if answer.outcome in REFUSALS:
        reason, until = REFUSALS[answer.outcome], answer.not_before
        yield AccountRequestRefused(person_id=person_id, request_id=request_id, reason=reason, not_before=until)
    if owner is not None:
        yield AccountAlreadyOpen(person_id=person_id, request_id=request_id, email=owner)
