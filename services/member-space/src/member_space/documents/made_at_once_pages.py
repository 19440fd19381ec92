"""``/espace/documents/carte.pdf`` and ``/espace/documents/attestation-droits.pdf``."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.documents.made_at_once import CARD, CERTIFICATE, MadeAtOnce, contracts_of_today, document
from member_space.frame import show

router = APIRouter(include_in_schema=False)


@router.get(CARD.path)
async def card(request: Request, visit: Annotated[SpaceVisit, may(Action.MAKE_DOCUMENT)]) -> Response:
    """*Carte de tiers payant*."""
    return await _made(request, visit, CARD)


@router.get(CERTIFICATE.path)
async def certificate(request: Request, visit: Annotated[SpaceVisit, may(Action.MAKE_DOCUMENT)]) -> Response:
    """*Attestation de droits mutuelle*."""
    return await _made(request, visit, CERTIFICATE)


async def _made(request: Request, visit: SpaceVisit, which: MadeAtOnce) -> Response:
    contracts = await contracts_of_today(visit.work.session, visit.subject, visit.today)
    if not contracts:
        return show(request, visit, "documents/sans-contrat.html", 409, which=which)
    return document(visit, which, contracts, request.app.state.amc_number)
