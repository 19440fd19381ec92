"""A letter is with the post: its provisional password now opens what it is for, and everybody concerned is told."""

from datetime import date, datetime

from letters.canary.kind import CANARY
from letters.models import Letter, LetterState
from letters.provisional_validity import valid_until
from letters.telling import tell
from shared.contracts.events import LetterPrinted, LetterPurpose
from shared.contracts.postal_zone import PostalZone
from shared.database.unit_of_work import UnitOfWork
from shared.messaging.failures import PermanentError
from shared.observability.operations import POST_LETTER


async def post(letter: Letter, posted_at: datetime, work: UnitOfWork) -> None:
    """Tell that it is posted, with the hash of its password, which is then no longer kept here.

    Raises:
        PermanentError: it has no password.
    """
    if letter.password_hash is None or letter.printed_until is None:
        raise PermanentError("a letter of the batch has no password")
    if letter.purpose != CANARY:
        await _tell(letter, letter.password_hash, letter.printed_until, posted_at, work)
    letter.state, letter.posted_at, letter.password_hash = LetterState.POSTED, posted_at, None


async def _tell(letter: Letter, password_hash: str, printed_until: date, posted_at: datetime, work: UnitOfWork) -> None:
    purpose: LetterPurpose = letter.purpose  # type: ignore[assignment]
    told = LetterPrinted(
        person_id=letter.person_id,
        civility=letter.civility,
        given_name=letter.given_name,
        family_name=letter.family_name,
        email=letter.email,
        request_id=letter.request_id,
        letter_id=letter.id,
        number_fingerprints=tuple(letter.number_fingerprints),
        birth_date=letter.birth_date,
        password_hash=password_hash,
        valid_until=valid_until(printed_until, posted_at, PostalZone(letter.postal_zone)),
        posted_at=posted_at,
        purpose=purpose,
        requested_at=letter.requested_at,
        sealed_tracking=letter.sealed_tracking,
    )
    letter.told_by = await tell(work, letter, told, POST_LETTER)
