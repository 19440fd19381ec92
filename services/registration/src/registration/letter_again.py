"""Another letter, asked for at the page of an earlier one: no captcha and no fact is asked for, as its link proves a request
that was judged before. The same rules and events as by a form, and news goes to the same address."""

from uuid import UUID

from sqlmodel import col, select

from registration import followed, letter_news, recorded_requests, tracking
from registration.judging import Judge, Wanted
from registration.models import AccountRequest
from registration.outcome import Outcome
from registration.recorded_requests import Recorded
from shared.database.unit_of_work import UnitOfWork


async def ask(work: UnitOfWork, judge: Judge, token: str, submission_id: UUID) -> Recorded | None:
    """Record the request, once per submission; None when no letter comes of it: the page then says why."""
    done = await _letter_of(work, submission_id)
    request = None if done else await followed.find(work, token)
    if request is None:
        return done
    person = await letter_news.person_of(work, request)
    news = tracking.address_for_news(token, request)
    if person is None or news is None:
        return None
    await judge.judge(work, Wanted(submission_id, letter_news.purpose_of(request), person, news))
    return await _letter_of(work, submission_id)


async def _letter_of(work: UnitOfWork, submission_id: UUID) -> Recorded | None:
    """The request of this submission, if a letter came of it."""
    outcome = await work.session.scalar(
        select(AccountRequest.outcome).where(col(AccountRequest.submission_id) == submission_id)
    )
    return await recorded_requests.find(work, submission_id) if outcome == Outcome.LETTER else None
