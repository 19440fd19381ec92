"""An account that its owner says is in other hands: nobody gets in until a letter opens it anew."""

from sqlmodel import col, select

from activation import access, confirmation, link_rows, provisional_letters
from activation.journal import Kind, note
from activation.models import Account, DisavowalToken
from activation.recovery import recovery_letters
from activation.recovery.disavowal import Report, report_state
from activation.told_person import about
from shared.contracts.events import AccountFrozen
from shared.database.unit_of_work import UnitOfWork


async def disavow(work: UnitOfWork, token: str) -> Report:
    """Use a link: ``OPEN`` means that it did. One of an account frozen already changes nothing more."""
    seen = await link_rows.find(work, DisavowalToken, token)
    if seen is None:
        return Report.UNKNOWN
    person_id = (await work.session.scalars(select(Account.person_id).where(col(Account.id) == seen.account_id))).one()
    letters = await provisional_letters.of_person(work, person_id)  # locked first, as when activating
    account = await work.session.get(Account, seen.account_id, with_for_update=True)
    link = await link_rows.find(work, DisavowalToken, token, lock=True)
    state = report_state(link, work.now)
    if account is None or link is None or state is not Report.OPEN:
        return state
    link.used_at = work.now
    note(work, Kind.DISAVOWED, account)
    if account.frozen_at is None:
        provisional_letters.spend(letters, None)
        await recovery_letters.void(work, person_id, until=work.now)
        await _freeze(work, account)
    return state


async def _freeze(work: UnitOfWork, account: Account) -> None:
    account.frozen_at = work.now
    await work.session.flush()
    await access.end(work, account.id)
    await confirmation.supersede(work, account.id)
    note(work, Kind.FROZEN, account)
    # an account not yet confirmed, too: its owner needs a letter all the same. A mail to its address would carry the name
    confirmed = account.confirmed_at is not None
    await work.publish(AccountFrozen(**about(account), frozen_at=work.now, confirmed=confirmed))
