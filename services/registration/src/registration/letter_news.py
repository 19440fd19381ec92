"""What the page of a letter shows to who has its link."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import col, select

from registration import followed, register, tracking
from registration.letter_policy import Answer, LetterPolicy
from registration.letter_step import Step, promised, step_of
from registration.models import AccountRequest, Person
from registration.postal_delay import DELAYS, Delay
from shared.contracts.events import LetterPurpose
from shared.contracts.paris import day_in_paris
from shared.contracts.postal_zone import PostalZone
from shared.contracts.working_days import WorkingDays
from shared.database.unit_of_work import UnitOfWork
from shared.security.key_ring import KeyRing


@dataclass(frozen=True)
class LetterNews:
    """``delay``, ``expected`` (first and last usual day): how long the post takes. ``due_at``: until when it is to leave.
    ``again``: whether another one may be asked for, and why not.
    ``confirmed``: whether there is an account, and its address is confirmed."""

    request: AccountRequest
    step: Step
    delay: Delay
    expected: tuple[date, date] | None
    due_at: datetime
    again: Answer
    confirmed: bool


async def read(
    work: UnitOfWork, token: str, keys: KeyRing, policy: LetterPolicy, days: WorkingDays
) -> LetterNews | None:
    """None for a token of no letter that is followed (any more). ``days``: those that the promise counts."""
    request = await followed.find(work, token)
    person = await person_of(work, request) if request else None
    if request is None or person is None:
        return None
    past = await register.history(work, person.id, tracking.present_address(keys, person))
    confirmed = past.confirmed_address is not None
    assert request.postal_zone is not None  # noqa: S101 - whatever is followed has one
    delay = DELAYS[PostalZone(request.postal_zone)]
    expected = delay.expected(day_in_paris(request.posted_at)) if request.posted_at else None
    due_at = promised(request, days)
    again = policy.answer(
        work.now,
        past.letters,
        account_confirmed=confirmed,
        purpose=purpose_of(request),
        frozen_at=past.frozen_at,
    )
    step = step_of(request, past.opened_at, due_at, expected[1] if expected else None, work.now)
    return LetterNews(request, step, delay, expected, due_at, again, confirmed)


async def person_of(work: UnitOfWork, request: AccountRequest) -> Person | None:
    """Whose letter it is; None when they are not in the register any more."""
    people = await work.session.scalars(select(Person).where(col(Person.id) == request.person_id))
    return people.one_or_none()


def purpose_of(request: AccountRequest) -> LetterPurpose:
    """What was asked for."""
    return "recovery" if request.purpose == "recovery" else "activation"
