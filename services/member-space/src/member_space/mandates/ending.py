"""A mandate ends before its last day: by the grantor, or by who was invited. It takes effect on the delegate's next request,
since every request asks for the mandate anew."""

from uuid import UUID

from member_space.access.actions import Action
from member_space.journal.note import note
from member_space.mandates.models import Mandate
from member_space.spaces.models import Space
from shared.contracts.events import AccessRevoked
from shared.database.unit_of_work import UnitOfWork


async def end(
    work: UnitOfWork, mandate: Mandate, grantor: Space, actor: UUID, action: Action, *, account_closed: bool = False
) -> None:
    """End a mandate, or an invitation, that is open and locked; both sides are told, or only the other one.

    ``actor``: one of the two. ``account_closed``: that is why, and they have a mail about it.
    """
    delegate = None if mandate.delegate_id is None else await work.session.get(Space, mandate.delegate_id)
    mandate.ended_at, mandate.ended_by = work.now, actor
    note(work, action, actor=actor, subject=grantor.person_id, mandate=mandate.id)
    await work.publish(
        AccessRevoked(
            **grantor.model_dump(include={"person_id", "civility", "given_name", "family_name", "email"}),
            mandate_id=mandate.id, by="grantor" if actor == grantor.person_id else "delegate",
            delegate_email=mandate.email if delegate is None else delegate.email, account_closed=account_closed,
        )
    )  # fmt: skip
