"""The page behind the link of an invitation: reading it changes nothing, its buttons do (mail scanners open links).

The token leaves the address bar at once, for a cookie (``shared.web.invitation_link``).
"""

from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from member_space.access.actions import Action
from member_space.access.scopes import WORDS
from member_space.access.space_visit import SpaceVisit, may
from member_space.frame import show
from member_space.mandates import invitation
from member_space.mandates.invitation import Fate, Invitation
from member_space.mandates.pages import LIST
from member_space.mandates.shown import shown
from shared.web import invitation_link
from shared.web.csrf import Expired, guard
from shared.web.forms import read_form
from shared.web.french import polite_name

router = APIRouter(include_in_schema=False)


@router.get("/delegations/invitation")
async def read(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_INVITATION)]) -> Response:
    """With a token in the address: keep it and come back without. Then who invites, to what and until when."""
    token = request.query_params.get(invitation_link.PARAMETER)
    if token is not None:
        return invitation_link.come_back(token)
    return _page(request, visit, await invitation.find(visit, invitation_link.kept(request)))


@router.post("/delegations/invitation/accepter")
async def accept(request: Request, visit: Annotated[SpaceVisit, may(Action.ACCEPT_MANDATE)]) -> Response:
    """Yes."""
    token = invitation_link.kept(request)
    guarded = await guard(request, await read_form(request))
    if isinstance(guarded, Expired):
        return _page(request, visit, await invitation.find(visit, token), 422, guarded.message)
    return _done(await invitation.accept(visit, token), "accepte")


@router.post("/delegations/invitation/refuser")
async def decline(request: Request, visit: Annotated[SpaceVisit, may(Action.DECLINE_MANDATE)]) -> Response:
    """No."""
    token = invitation_link.kept(request)
    guarded = await guard(request, await read_form(request))
    if isinstance(guarded, Expired):
        return _page(request, visit, await invitation.find(visit, token), 422, guarded.message)
    return _done(await invitation.decline(visit, token), "refus")


def _page(request: Request, visit: SpaceVisit, found: Invitation, status: int = 200, notice: str = "") -> Response:
    known: dict[str, Any] = {"one": None, "grantor": ""}
    if found.mandate is not None and found.grantor is not None:
        space = found.grantor
        known = {
            "one": shown(found.mandate, visit.work.now, space),
            "grantor": polite_name(space.civility, space.given_name, space.family_name),
        }
    return show(
        request, visit, "invitation.html", status, fate=found.fate.value, notice=notice, words=WORDS, **known
    )  # fmt: skip


def _done(found: Invitation, word: str) -> Response:
    if found.fate is not Fate.OPEN:
        return RedirectResponse(invitation_link.PAGE, 303)
    response = RedirectResponse(f"{LIST}?fait={word}", 303)
    invitation_link.drop(response)
    return response
