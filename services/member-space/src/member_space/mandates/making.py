"""From draft to invitation: what keeps a mandate from being made, and the making."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit
from member_space.access.step_up import hold_own_space
from member_space.journal.note import note
from member_space.mandates import queries
from member_space.mandates.models import Mandate, MandateDraft
from member_space.mandates.rules import MOST_A_DAY, MOST_OPEN, invitation_end, last_day, state_of
from shared.contracts.events import AccessDelegated
from shared.security.sealing import SealingKey
from shared.security.tokens import new_token, token_digest
from shared.web.forms import WHOLE_FORM, address_key

DRAFT_KEPT = timedelta(days=1)
DAY = timedelta(days=1)
ONESELF = "Saisissez l’adresse d’une autre personne\u00a0: celle-ci est la vôtre"
TWICE = "Vous avez déjà donné ou proposé un accès à cette adresse. Retirez-le d’abord, ou choisissez une autre adresse"
TOO_MANY = f"Vous avez déjà {MOST_OPEN} accès en cours. Retirez-en un avant d’en donner un autre."
TOO_OFTEN = f"Vous avez envoyé {MOST_A_DAY} invitations en 24\u00a0heures. Recommencez demain."


async def refusal(visit: SpaceVisit, email: str) -> tuple[str, str] | None:
    """Field and message when that address can't be invited now."""
    if address_key(email) == address_key(visit.space.email):
        return "email", ONESELF
    session, now = visit.work.session, visit.work.now
    given = [one for one in await queries.given(session, visit.actor, now) if state_of(one, now).is_open]
    if any(address_key(one.email) == address_key(email) for one in given):
        return "email", TWICE
    if len(given) >= MOST_OPEN:
        return WHOLE_FORM, TOO_MANY
    if await queries.made_since(session, visit.actor, now - DAY) >= MOST_A_DAY:
        return WHOLE_FORM, TOO_OFTEN
    return None


async def keep_draft(visit: SpaceVisit, submission_id: UUID, answers: Mapping[str, Any]) -> UUID:
    """Keep the answers until they are confirmed; the same form sent again is the same draft. Returns its id.

    A form whose answers were changed on the way back, or whose mandate is made, is another draft: what a review page has
    shown never changes.
    """
    session = visit.work.session
    values: dict[str, Any] = {"grantor_id": visit.actor, "answers": dict(answers), "created_at": visit.work.now}
    made = await session.execute(
        insert(MandateDraft).values(id=submission_id, **values).on_conflict_do_nothing().returning(col(MandateDraft.id))
    )
    if made.first() is not None:
        return submission_id
    before = await draft_of(visit, str(submission_id))
    if before is not None and before.answers == answers and await session.get(Mandate, submission_id) is None:
        return submission_id
    another = MandateDraft(id=uuid4(), **values)
    session.add(another)
    return another.id


async def draft_of(visit: SpaceVisit, given_id: str) -> MandateDraft | None:
    """The visitor's own draft of that id."""
    try:
        found = await visit.work.session.get(MandateDraft, UUID(given_id))
    except ValueError:
        return None
    return found if found is not None and found.grantor_id == visit.actor else None


async def make(visit: SpaceVisit, draft: MandateDraft, notifier: SealingKey) -> tuple[str, str] | None:
    """Make the mandate of a draft and send its invitation; nothing the second time. A refusal is as ``refusal`` says.

    The grantor's space is locked meanwhile, so that two at once don't make one too many.

    Raises:
        Problem: 401 when the account was frozen since the password was proved.
    """
    work, answers = visit.work, draft.answers
    await hold_own_space(visit)
    if await work.session.get(Mandate, draft.id) is not None:
        return None
    refused = await refusal(visit, answers["email"])
    if refused is not None:
        return refused
    token, ends_on = new_token(), last_day(work.now, answers["days"])
    mandate = Mandate(
        id=draft.id, grantor_id=visit.actor, given_name=answers["given_name"], family_name=answers["family_name"],
        email=answers["email"], scopes=answers["scopes"], ends_on=ends_on, created_at=work.now,
        token_hash=token_digest(token).hex(), invitation_ends_at=invitation_end(work.now, ends_on),
    )  # fmt: skip
    work.session.add(mandate)
    note(work, Action.MAKE_MANDATE, actor=visit.actor, subject=visit.actor, about=str(mandate.id))
    await work.publish(
        AccessDelegated(
            person_id=visit.actor, mandate_id=mandate.id, email=mandate.email, sealed_token=notifier.seal_text(token),
            token_expires_at=mandate.invitation_ends_at, ends_on=ends_on,
        )
    )  # fmt: skip
    return None
