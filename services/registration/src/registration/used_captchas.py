"""Each challenge is answered once, whoever's replica sees it."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.dialects.postgresql import insert

from registration.captcha_challenge import Challenge
from registration.models import UsedCaptcha
from shared.database.unit_of_work import UnitOfWork

Done = TypeVar("Done")


class CaptchaFailure(StrEnum):
    """Why the captcha did not pass."""

    LOST = "lost"
    """Expired, already answered, or of another visitor."""
    WRONG = "wrong"


async def done_before_or_failed(
    work: UnitOfWork, challenge: Challenge | None, digits: str, find_done: Callable[[], Awaitable[Done | None]]
) -> Done | CaptchaFailure | None:
    """What the same submission did before (``find_done``), or why its captcha does not pass; None when it does pass, once.

    ``challenge`` is None when it was lost before it came here.
    """
    if (done := await find_done()) is not None:
        return done
    if challenge is None:
        return CaptchaFailure.LOST
    if not await use(work, challenge):
        # a second click had waited here for the first one's commit
        done = await find_done()
        return CaptchaFailure.LOST if done is None else done
    return None if challenge.is_answered_by(digits) else CaptchaFailure.WRONG


async def use(work: UnitOfWork, challenge: Challenge) -> bool:
    """Record that it is answered; False when it was before. Two at once: the second waits for the first's commit."""
    recorded = await work.session.execute(
        insert(UsedCaptcha)
        .values(nonce=challenge.nonce, expires_at=challenge.expires_at)
        .on_conflict_do_nothing()
        .returning(UsedCaptcha.nonce)  # type: ignore[call-overload]
    )
    return recorded.first() is not None
