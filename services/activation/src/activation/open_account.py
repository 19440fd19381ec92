"""The change that activation makes, in one transaction under row locks: one letter, one account, one link."""

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlmodel import col, select

from activation import addresses, confirmation, provisional_letters, receipts
from activation.journal import Kind, note
from activation.models import RECOVERY, Account, LetterState, ProvisionalLetter
from activation.overtaken import is_overtaken
from activation.parts import Parts
from activation.recovery import recovery_letters, reopening
from activation.terms_acceptance import record_acceptance
from activation.told_person import about
from shared.contracts.events import AccountActivated
from shared.database.unit_of_work import UnitOfWork
from shared.security.sealing import SealingKey
from shared.web.forms import address_key


@dataclass(frozen=True)
class Credentials:
    """What the person chose, secrets hashed."""

    email: str
    password_hash: str
    secret_question: str
    secret_answer_hash: str


@dataclass(frozen=True)
class Receipt:
    """The token for the browser; ``opened`` is false when the address was another person's and nothing changed."""

    token: str
    opened: bool


async def open_account(
    work: UnitOfWork, parts: Parts, letter: ProvisionalLetter, chosen: Credentials, submission_id: UUID
) -> Receipt | None:
    """Open or replace the person's account with a letter; None when the letter no longer opens anything.

    An account not yet confirmed, or closed, is replaced: its credentials, its address, its links. A confirmed one is by a
    letter of recovery alone, and then nothing that let somebody in before does any longer.
    """
    letters = await provisional_letters.of_person(work, letter.person_id)
    again = await receipts.issue_again(work, submission_id)
    if again is not None:
        return Receipt(again, opened=True)
    await reopening.hold_failures(work, parts.fingerprint_keys, letter.person_id, address_key(chosen.email))
    account = await _account_of(work, letter.person_id)
    if not await _opens(work, letters, letter.letter_id, account):
        return None
    taken_by = await addresses.owner(work, address_key(chosen.email), other_than=letter.person_id)
    if taken_by is not None:
        await addresses.tell_owner(work, taken_by)
        return Receipt(_receipt(work, letter, chosen.email, None, submission_id), opened=False)
    before = reopening.before(account)
    account = await _write(work, account, letter, chosen)
    provisional_letters.spend(letters, letter.letter_id)
    await recovery_letters.void(work, letter.person_id, until=work.now)
    await _tell(work, account, parts.notifier)
    if before is not None:
        await reopening.reopened(work, parts, account, before)
    return Receipt(_receipt(work, letter, chosen.email, account.id, submission_id), opened=True)


async def _opens(work: UnitOfWork, letters: list[ProvisionalLetter], letter_id: UUID, account: Account | None) -> bool:
    """Whether that letter, now locked, is still unused and not expired, and may open this account."""
    letter = next((one for one in letters if one.letter_id == letter_id), None)
    if letter is None or letter.state != LetterState.VALID or letter.valid_until <= work.now:
        return False
    if is_overtaken(account, letter.requested_at):
        return False
    if letter.purpose == RECOVERY:
        return not await recovery_letters.is_void(work, letter.request_id)
    return account is None or account.confirmed_at is None


async def _account_of(work: UnitOfWork, person_id: UUID) -> Account | None:
    query = select(Account).where(col(Account.person_id) == person_id).with_for_update()
    return (await work.session.scalars(query)).one_or_none()


async def _write(work: UnitOfWork, account: Account | None, letter: ProvisionalLetter, chosen: Credentials) -> Account:
    values = asdict(chosen) | {
        "person_id": letter.person_id,
        "civility": letter.civility,
        "given_name": letter.given_name,
        "family_name": letter.family_name,
        "birth_date": letter.birth_date,
        "number_fingerprints": letter.number_fingerprints,
        "address_key": address_key(chosen.email),
        "activated_at": work.now,
        "confirmed_at": None,
        "closed_at": None,
        "frozen_at": None,
    }
    if account is None:
        account = Account(**values)
        work.session.add(account)
    else:
        account.sqlmodel_update(values)
    await work.session.flush()
    record_acceptance(work, account)
    note(work, Kind.ACTIVATED, account)
    return account


async def _tell(work: UnitOfWork, account: Account, notifier: SealingKey) -> None:
    link = await confirmation.new_link(work, account.id, notifier)
    told = AccountActivated(**about(account), sealed_token=link.sealed, token_expires_at=link.expires_at)
    await work.publish(told)


def _receipt(
    work: UnitOfWork, letter: ProvisionalLetter, email: str, account_id: UUID | None, submission_id: UUID
) -> str:
    return receipts.issue(
        work, letter, email=email, account_id=account_id, submission_id=submission_id, sent_at=work.now
    )
