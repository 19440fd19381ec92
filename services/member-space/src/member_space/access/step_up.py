"""What asks for the password again: it goes on only when the person proved it a moment ago (design §5, *step-up*)."""

from datetime import timedelta
from urllib.parse import quote

from starlette.exceptions import HTTPException

from member_space.access.space_visit import SpaceVisit

RECENT = timedelta(minutes=5)
"""After the proof."""
PROOF_PAGE = "/connexion/confirmer"
"""Of ``activation``; comes back to ``suite``."""


def require_proof(visit: SpaceVisit, address: str) -> None:
    """Pass when the password was proved within the last five minutes. ``address``: a page to come back to, with all that was
    answered so far.

    Raises:
        HTTPException: 303 to where it is proved.
    """
    proved = visit.proved_at
    if proved is None or visit.work.now - proved > RECENT:
        raise HTTPException(303, headers={"Location": f"{PROOF_PAGE}?suite={quote(address, safe='/')}"})
