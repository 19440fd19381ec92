"""``/espace/delegations``: the mandates of a person, given and received; one of them; its end; its attestation."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from member_space.access.actions import Action
from member_space.access.scopes import WORDS
from member_space.access.space_visit import SpaceVisit, may
from member_space.frame import show
from member_space.journal import queries as journal
from member_space.mandates import attestation, queries
from member_space.mandates.ending import end
from member_space.mandates.shown import Shown, shown
from member_space.place import Place
from member_space.spaces.models import Space
from shared.web.csrf import Expired, guard
from shared.web.forms import read_form
from shared.web.problem import Problem

LIST = "/espace/delegations"
NOTICES = {
    "invitation": "L’invitation est partie par courriel. L’accès ne s’ouvre que si cette personne l’accepte.",
    "accepte": "Vous avez accepté. Vous pouvez maintenant ouvrir cet espace.",
    "refus": "Vous avez refusé cette invitation.",
    "fin": "L’accès a pris fin. Un courriel le confirme.",
}
"""``fait`` in the address → what was just done."""

router = APIRouter(include_in_schema=False)


@router.get("/delegations")
async def listing(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_MANDATES)]) -> Response:
    """Those that were given, and those that were received."""
    session, now = visit.work.session, visit.work.now
    given = [shown(one, now) for one in await queries.given(session, visit.actor, now)]
    received = [shown(one.mandate, now, one.space) for one in await queries.received(session, visit.actor, now)]
    notice = NOTICES.get(request.query_params.get("fait", ""), "")
    return show(
        request, visit, "delegations.html", given=given, received=received, notice=notice, words=WORDS,
    )  # fmt: skip


@router.get("/delegations/{mandate}")
async def one(request: Request, mandate: str, visit: Annotated[SpaceVisit, may(Action.SEE_MANDATE)]) -> Response:
    """One of them; the grantor also sees what the delegate did, ``avant`` a line."""
    found = await _found(visit, mandate)
    before = Place.read(request.query_params.get("avant", ""))
    page = None
    if found.grantor is None:
        page = await journal.page(visit.work.session, visit.subject, mandate=found.mandate.id, before=before)
    return show(
        request, visit, "delegation.html", one=found, page=page, further=before is not None, words=WORDS,
    )  # fmt: skip


@router.get("/delegations/{mandate}/attestation.pdf")
async def as_pdf(mandate: str, visit: Annotated[SpaceVisit, may(Action.DOWNLOAD_MANDATE)]) -> Response:
    """Who lets whom do what, and for how long; of a mandate that was accepted."""
    found = await _found(visit, mandate)
    delegate_id = found.mandate.delegate_id
    delegate = None if delegate_id is None else await visit.work.session.get(Space, delegate_id)
    if delegate is None:
        raise Problem(404)
    return attestation.document(
        found, visit.space if found.grantor is None else found.grantor, delegate, visit.work.now
    )


@router.get("/delegations/{mandate}/fin")
async def ask_end(request: Request, mandate: str, visit: Annotated[SpaceVisit, may(Action.SEE_MANDATE)]) -> Response:
    """« Retirer l’accès »: what that means, and one button."""
    found = await _found(visit, mandate)
    if not found.state.is_open:
        return RedirectResponse(f"{LIST}/{found.mandate.id}", 303)
    return show(request, visit, "delegation-fin.html", one=found, notice="")


@router.post("/delegations/{mandate}/fin")
async def do_end(request: Request, mandate: str, visit: Annotated[SpaceVisit, may(Action.END_MANDATE)]) -> Response:
    """End it; one that has ended already stays as it is."""
    found = await _found(visit, mandate, lock=True)
    guarded = await guard(request, await read_form(request))
    if isinstance(guarded, Expired):
        return show(request, visit, "delegation-fin.html", 422, one=found, notice=guarded.message)
    if found.state.is_open:
        grantor = visit.space if found.grantor is None else found.grantor
        await end(visit.work, found.mandate, grantor, visit.actor, Action.END_MANDATE)
    return RedirectResponse(f"{LIST}?fait=fin", 303)


async def _found(visit: SpaceVisit, given_id: str, *, lock: bool = False) -> Shown:
    """Of the visitor's own, or 404."""
    session = visit.work.session
    mandate = await queries.one_of(session, visit.actor, given_id, lock=lock)
    if mandate is None:
        raise Problem(404)
    grantor = None if mandate.grantor_id == visit.actor else await session.get(Space, mandate.grantor_id)
    return shown(mandate, visit.work.now, grantor)
