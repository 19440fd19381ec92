"""What asks for the password again: it goes on only when the person proved it a moment ago (design §5, *step-up*)."""

from datetime import timedelta
from urllib.parse import quote

from fastapi import Request
from starlette.exceptions import HTTPException

from member_space.access.space_visit import SpaceVisit
from shared.web.opened_forms import Opened, OpenedForms
from shared.web.problem import Problem

RECENT = timedelta(minutes=5)
"""After the proof."""
PROOF_PAGE = "/connexion/confirmer"
"""Of ``activation``; comes back to ``suite``."""


def is_proved(visit: SpaceVisit) -> bool:
    """Whether the password was proved within the last five minutes."""
    return visit.proved_at is not None and visit.work.now - visit.proved_at <= RECENT


def carried(request: Request, visit: SpaceVisit, path: str, sent: str = "") -> Opened | None:
    """What the form of a page carries that asks for a proof before it is shown (decision 0046); None when one is due.

    ``path`` follows the space's base; ``sent``: the word that the form came with.
    """
    forms: OpenedForms = request.app.state.opened_forms
    return forms.carried(visit.session_id, visit.base + path, sent, proved=is_proved(visit))


def require_proof(visit: SpaceVisit, address: str) -> None:
    """Pass when the password was proved within the last five minutes. ``address``: a page to come back to, with all that was
    answered so far.

    Raises:
        HTTPException: 303 to where it is proved.
    """
    if not is_proved(visit):
        raise HTTPException(303, headers={"Location": f"{PROOF_PAGE}?suite={quote(address, safe='/')}"})


async def hold_own_space(visit: SpaceVisit) -> None:
    """Lock the visitor's own space, read anew, for an act that needs a proof: a request that was under way while the account
    was frozen does nothing any more (decision 0047).

    Raises:
        Problem: 401 when the proof is older than the freezing, as the session then is.
    """
    await visit.work.session.refresh(visit.space, with_for_update=True)
    frozen_at = visit.space.frozen_at
    if frozen_at is not None and (visit.proved_at is None or visit.proved_at <= frozen_at):
        raise Problem(401)


def refuse_unproved(visit: SpaceVisit) -> None:
    """The same for JSON, which has no way to prove it.

    Raises:
        Problem: 403 that says where it is proved.
    """
    if not is_proved(visit):
        raise Problem(
            403, "Confirmez votre mot de passe", f"Confirmez-le dans le navigateur, à {PROOF_PAGE}, puis recommencez."
        )
