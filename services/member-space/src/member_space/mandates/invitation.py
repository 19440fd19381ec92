"""An invitation, as the invited person sees it: bound to their own account by its confirmed address."""

from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import select

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit
from member_space.journal.note import note
from member_space.mandates.ending import end
from member_space.mandates.models import Mandate
from member_space.mandates.rules import State, state_of
from member_space.spaces.models import Space
from member_space.spaces.told_person import about
from shared.contracts.events import AccessAccepted
from shared.security.tokens import looks_like_token, token_digest
from shared.web.forms import address_key


class Fate(StrEnum):
    """What an invitation is good for, to who holds its link."""

    UNKNOWN = "unknown"
    """No such invitation, one that was used, or another person's: which of them is never said."""
    OPEN = "open"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_FATES = {State.INVITED: Fate.OPEN, State.ENDED: Fate.WITHDRAWN, State.EXPIRED: Fate.EXPIRED}


@dataclass(frozen=True)
class Invitation:
    """What was found; ``mandate`` and ``grantor`` only for the invited person."""

    fate: Fate
    mandate: Mandate | None = None
    grantor: Space | None = None


async def find(visit: SpaceVisit, token: str, *, lock: bool = False) -> Invitation:
    """The invitation of a token, to this visitor. ``lock``: until the transaction ends, read anew."""
    if not looks_like_token(token):
        return Invitation(Fate.UNKNOWN)
    query = select(Mandate).where(Mandate.token_hash == token_digest(token).hex())
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    mandate = (await visit.work.session.execute(query)).scalar_one_or_none()
    if mandate is None or mandate.grantor_id == visit.actor:
        return Invitation(Fate.UNKNOWN)
    if address_key(mandate.email) != address_key(visit.space.email):
        return Invitation(Fate.UNKNOWN)
    grantor = await visit.work.session.get(Space, mandate.grantor_id)
    if grantor is None:
        return Invitation(Fate.UNKNOWN)
    fate = _FATES.get(state_of(mandate, visit.work.now), Fate.UNKNOWN)
    return Invitation(fate, mandate, grantor)


async def accept(visit: SpaceVisit, token: str) -> Invitation:
    """Use the invitation: ``OPEN`` means that it did. Of many at once, one does."""
    found = await find(visit, token, lock=True)
    mandate, grantor, work = found.mandate, found.grantor, visit.work
    if found.fate is not Fate.OPEN or mandate is None or grantor is None:
        return found
    mandate.delegate_id, mandate.accepted_at, mandate.token_hash = visit.actor, work.now, None
    note(work, Action.ACCEPT_MANDATE, actor=visit.actor, subject=grantor.person_id, mandate=mandate.id)
    await work.publish(
        AccessAccepted(
            **about(grantor),
            mandate_id=mandate.id, ends_on=mandate.ends_on,
        )
    )  # fmt: skip
    return found


async def decline(visit: SpaceVisit, token: str) -> Invitation:
    """Refuse it: ``OPEN`` means that this did."""
    found = await find(visit, token, lock=True)
    if found.fate is Fate.OPEN and found.mandate is not None and found.grantor is not None:
        found.mandate.token_hash = None
        await end(visit.work, found.mandate, found.grantor, visit.actor, Action.DECLINE_MANDATE)
    return found
