"""Who accepted which terms and when: the version, the digest of its exact text, the moment, the channel.

Neither address nor browser of who accepted is kept: the account is proved by its session, whose sign-in is a line of the
security journal, and they would prove nothing more.
"""

from uuid import UUID

from sqlmodel import col, select

from activation.journal import Kind, note
from activation.models import Account, TermsAcceptance
from activation.terms import Shelf, Terms, major_of, published
from shared.contracts.paris import day_in_paris
from shared.database.unit_of_work import UnitOfWork

CHANNEL = "web"


def record_acceptance(work: UnitOfWork, account: Account, terms: Terms | None = None) -> None:
    """Write down that the person accepted these terms, the current ones unless given, now."""
    accepted = terms or published().current(day_in_paris(work.now))
    work.session.add(
        TermsAcceptance(
            account_id=account.id,
            version=accepted.version,
            text_sha256=accepted.sha256,
            accepted_at=work.now,
            channel=CHANNEL,
        )
    )


async def newest(work: UnitOfWork, account_id: UUID) -> TermsAcceptance | None:
    """What the person accepted last."""
    query = select(TermsAcceptance).where(col(TermsAcceptance.account_id) == account_id)
    found = await work.session.scalars(query.order_by(col(TermsAcceptance.accepted_at).desc()).limit(1))
    return found.first()


async def to_accept(work: UnitOfWork, shelf: Shelf, account_id: UUID) -> Terms | None:
    """The current terms, when they are of a later major version than what was accepted; None when all is well."""
    day = day_in_paris(work.now)
    if not shelf.asks_again(day):
        return None
    current, accepted = shelf.current(day), await newest(work, account_id)
    return current if accepted is None or major_of(accepted.version) < current.major else None


async def accept(work: UnitOfWork, shelf: Shelf, account_id: UUID, version: str) -> bool:
    """The person accepts the version that they were shown; once, however often it is sent.

    False: meanwhile another one has to be shown.
    """
    account = await work.session.get_one(Account, account_id, with_for_update=True)
    terms = await to_accept(work, shelf, account_id)
    if terms is None:
        return True
    if terms.version != version:
        return False
    record_acceptance(work, account, terms)
    note(work, Kind.TERMS_ACCEPTED, account)
    return True
