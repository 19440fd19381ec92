"""Each challenge is answered once, whoever's replica sees it."""

from sqlalchemy.dialects.postgresql import insert

from registration.captcha_challenge import Challenge
from registration.models import UsedCaptcha
from shared.database.unit_of_work import UnitOfWork


async def use(work: UnitOfWork, challenge: Challenge) -> bool:
    """Record that it is answered; False when it was before. Two at once: the second waits for the first's commit."""
    recorded = await work.session.execute(
        insert(UsedCaptcha)
        .values(nonce=challenge.nonce, expires_at=challenge.expires_at)
        .on_conflict_do_nothing()
        .returning(UsedCaptcha.nonce)  # type: ignore[call-overload]
    )
    return recorded.first() is not None
