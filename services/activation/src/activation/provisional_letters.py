"""Letters that open activation: kept when printed, found by number, used once, void when guessed at (``attempts.py``) or
returned by the post (``returned_letters.py``)."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select, update

from activation import returned_letters
from activation.attempts import voids
from activation.models import RECOVERY, Account, LetterState, ProvisionalLetter
from activation.overtaken import is_overtaken
from activation.recovery import recovery_letters
from shared.contracts.events import LetterPrinted
from shared.database.unit_of_work import UnitOfWork


async def keep(work: UnitOfWork, printed: LetterPrinted) -> None:
    """Keep a printed letter, once. Void from the start when there is nothing that it may open.

    That is an account confirmed, for an ordinary letter; for one of recovery, a request that is void; for both, an account
    that was opened anew, frozen or closed after they were asked for, or a letter that the post has brought back already.
    """
    await returned_letters.hold(work, printed.letter_id)
    query = select(Account).where(col(Account.person_id) == printed.person_id)
    account = (await work.session.scalars(query)).one_or_none()
    if printed.purpose == RECOVERY:
        opens_nothing = await recovery_letters.is_void(work, printed.request_id)
    else:
        opens_nothing = account is not None and account.confirmed_at is not None
    opens_nothing = opens_nothing or is_overtaken(account, printed.requested_at)
    opens_nothing = opens_nothing or await returned_letters.is_known(work, printed.letter_id)
    values = printed.model_dump(include=set(ProvisionalLetter.model_fields)) | {
        "number_fingerprints": list(printed.number_fingerprints),
        "state": LetterState.VOID if opens_nothing else LetterState.VALID,
        "wrong_attempts": 0,
    }
    await work.session.execute(insert(ProvisionalLetter).values(**values).on_conflict_do_nothing())


async def of_number(work: UnitOfWork, fingerprints: Sequence[str]) -> list[ProvisionalLetter]:
    """The letters, expired ones included, whose password would be right with this number; the longest valid first."""
    found = await work.session.scalars(
        select(ProvisionalLetter)
        .where(
            col(ProvisionalLetter.number_fingerprints).overlap(list(fingerprints)),  # type: ignore[attr-defined]
            col(ProvisionalLetter.state) == LetterState.VALID,
        )
        .order_by(col(ProvisionalLetter.valid_until).desc())
    )
    return list(found)


async def of_person(work: UnitOfWork, person_id: UUID) -> list[ProvisionalLetter]:
    """Every letter of a person, locked until the unit of work ends, always in the same order."""
    found = await work.session.scalars(
        select(ProvisionalLetter)
        .where(col(ProvisionalLetter.person_id) == person_id)
        .order_by(col(ProvisionalLetter.letter_id))
        .with_for_update()
    )
    return list(found)


async def count_wrong(work: UnitOfWork, fingerprints: Sequence[str]) -> list[ProvisionalLetter]:
    """Count a wrong provisional password against each letter of the number; those that are void by it now."""
    found = await work.session.scalars(
        select(ProvisionalLetter)
        .where(
            col(ProvisionalLetter.number_fingerprints).overlap(list(fingerprints)),  # type: ignore[attr-defined]
            col(ProvisionalLetter.state) == LetterState.VALID,
        )
        .order_by(col(ProvisionalLetter.letter_id))
        .with_for_update()
    )
    letters = list(found)
    voided = [letter for letter in letters if voids(letter.purpose, letter.wrong_attempts + 1)]
    counted: dict[str, object] = {"wrong_attempts": col(ProvisionalLetter.wrong_attempts) + 1}
    # statements that run too for a number that nobody has (decision 0012)
    for which, change in ((letters, counted), (voided, {"state": LetterState.VOID})):
        ids = [letter.letter_id for letter in which]
        query = update(ProvisionalLetter).where(col(ProvisionalLetter.letter_id).in_(ids)).values(change)
        await work.session.execute(query)
    return voided


def spend(letters: Iterable[ProvisionalLetter], used: UUID | None) -> None:
    """Mark one letter used, and its siblings void with it; with None all that are left become void."""
    for letter in letters:
        if letter.letter_id == used:
            letter.state = LetterState.USED
        elif letter.state == LetterState.VALID:
            letter.state = LetterState.VOID
