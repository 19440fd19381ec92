"""*Attestation de délégation* on paper: identities, object and duration (CNIL, délibération 2021-070)."""

from datetime import datetime

from member_space.access.scopes import WORDS
from member_space.journal.queries import full_name
from member_space.mandates.rules import State
from member_space.mandates.shown import Shown
from member_space.spaces.models import Space
from shared.contracts.paris import day_in_paris
from shared.printing.tagged_pdf import PdfResponse


def document(one: Shown, grantor: Space, delegate: Space, now: datetime) -> PdfResponse:
    """The tagged PDF of a mandate that was accepted."""
    mandate = one.mandate
    context = {
        "grantor": f"{grantor.civility} {full_name(grantor)}".strip(),
        "delegate": f"{delegate.civility} {full_name(delegate)}".strip(),
        "delegate_email": mandate.email,
        "number": str(mandate.id),
        "objects": [WORDS[scope] for scope in one.scopes],
        "proposed_at": mandate.created_at,
        "accepted_at": mandate.accepted_at,
        "ends_on": mandate.ends_on,
        "ended_at": mandate.ended_at,
        "over": one.state is State.OVER,
        "day": day_in_paris(now),
    }
    return PdfResponse(
        f"delegation-{day_in_paris(now):%Y-%m-%d}.pdf", "member_space", "delegation-papier.html", context
    )
