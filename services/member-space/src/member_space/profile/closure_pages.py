"""``/espace/profil/cloture``: what closing means, the review with its confirmation, and the way back."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.access.step_up import require_proof
from member_space.frame import show
from member_space.profile import closure
from shared.web.csrf import Expired, guard
from shared.web.forms import WHOLE_FORM, Checkbox, Form, Parsed, Required, blank, parse, read_form

router = APIRouter(include_in_schema=False)

STATE, REVIEW = "/espace/profil/cloture", "/espace/profil/cloture/verification"


class ClosureForm(Form):
    """The confirmation."""

    confirmed: Annotated[Checkbox, Required("Cochez la case pour confirmer la clôture de votre compte")]


@router.get("/profil/cloture")
async def state(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_CLOSURE)]) -> Response:
    """What it means; or, when it was asked for, until when it can be taken back."""
    return await _state(request, visit)


@router.get("/profil/cloture/verification")
async def review(request: Request, visit: Annotated[SpaceVisit, may(Action.SEE_CLOSURE)]) -> Response:
    """Once more what happens, and the confirmation; once the password was proved again."""
    if await closure.waiting(visit.work.session, visit.subject) is not None:
        return RedirectResponse(STATE, 303)
    require_proof(visit, REVIEW)
    return _review(request, visit, blank(ClosureForm))


@router.post("/profil/cloture/verification")
async def confirm(request: Request, visit: Annotated[SpaceVisit, may(Action.REQUEST_CLOSURE)]) -> Response:
    """Ask for it. The same form sent twice asks once; who has waited for too long proves their password again."""
    require_proof(visit, REVIEW)
    data = await read_form(request)
    form = parse(ClosureForm, data)
    guarded = await guard(request, data)
    if isinstance(guarded, Expired):
        return _review(request, visit, form.refuse(WHOLE_FORM, guarded.message), 422)
    if form.value is None:
        return _review(request, visit, form, 422)
    await closure.request(visit, guarded.submission_id)
    return RedirectResponse(STATE, 303)


@router.post("/profil/cloture/annulation")
async def withdraw(request: Request, visit: Annotated[SpaceVisit, may(Action.WITHDRAW_CLOSURE)]) -> Response:
    """Take it back; once that is done, doing it again changes nothing."""
    guarded = await guard(request, await read_form(request))
    if isinstance(guarded, Expired):
        return await _state(request, visit, guarded.message, 422)
    await closure.withdraw(visit)
    return RedirectResponse(STATE, 303)


def _review(request: Request, visit: SpaceVisit, form: Parsed[ClosureForm], status: int = 200) -> Response:
    return show(request, visit, "profil/cloture-verification.html", status, form=form, days=closure.DAYS)


async def _state(request: Request, visit: SpaceVisit, problem: str = "", status: int = 200) -> Response:
    found = await closure.waiting(visit.work.session, visit.subject)
    last = await closure.last(visit.work.session, visit.subject)
    return show(
        request, visit, "profil/cloture.html", status, closure=found, last=last, problem=problem, days=closure.DAYS
    )  # fmt: skip
