"""``/espace/delegations/nouvelle``: the form, its review page, and the sending of the invitation.

What was answered is kept as a draft, so that the review page has an address of its own to come back to.
"""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from member_space.access.actions import Action
from member_space.access.scopes import WORDS
from member_space.access.space_visit import SpaceVisit, may
from member_space.access.step_up import require_proof
from member_space.frame import show
from member_space.mandates import making
from member_space.mandates.form import MandateForm, answers_of, shown_again
from member_space.mandates.models import MandateDraft
from member_space.mandates.pages import LIST
from member_space.mandates.rules import DURATIONS, INVITATION, invitation_end, last_day
from shared.web.csrf import Expired, guard
from shared.web.forms import WHOLE_FORM, Parsed, blank, parse, read_form
from shared.web.problem import Problem

FORM = f"{LIST}/nouvelle"

router = APIRouter(include_in_schema=False)


@router.get("/delegations/nouvelle")
async def ask(request: Request, visit: Annotated[SpaceVisit, may(Action.PREPARE_MANDATE)]) -> Response:
    """The form; with the answers of ``brouillon``, when they are to be changed."""
    draft = await making.draft_of(visit, request.query_params.get("brouillon", ""))
    return _form(request, visit, blank(MandateForm) if draft is None else shown_again(draft.answers))


@router.post("/delegations/nouvelle")
async def answer(request: Request, visit: Annotated[SpaceVisit, may(Action.PREPARE_MANDATE)]) -> Response:
    """Keep the answers and go on to their review."""
    data = await read_form(request)
    form, guarded = parse(MandateForm, data), await guard(request, data)
    if isinstance(guarded, Expired):
        return _form(request, visit, form.refuse(WHOLE_FORM, guarded.message), 422)
    if form.value is None:
        return _form(request, visit, form, 422)
    refused = await making.refusal(visit, form.value.email)
    if refused is not None:
        return _form(request, visit, form.refuse(*refused), 422)
    draft = await making.keep_draft(visit, guarded.submission_id, answers_of(form.value))
    return RedirectResponse(f"{FORM}/{draft}", 303)


@router.get("/delegations/nouvelle/{draft}")
async def review(request: Request, draft: str, visit: Annotated[SpaceVisit, may(Action.PREPARE_MANDATE)]) -> Response:
    """What is about to be given, to whom, until when; once the password was proved again."""
    found = await _draft(visit, draft)
    require_proof(visit, f"{FORM}/{found.id}")
    return _review(request, visit, found)


@router.post("/delegations/nouvelle/{draft}")
async def confirm(request: Request, draft: str, visit: Annotated[SpaceVisit, may(Action.MAKE_MANDATE)]) -> Response:
    """Send the invitation. Who has waited for too long proves their password again, and is back at the review page."""
    found = await _draft(visit, draft)
    require_proof(visit, f"{FORM}/{found.id}")
    guarded = await guard(request, await read_form(request))
    if isinstance(guarded, Expired):
        return _review(request, visit, found, guarded.message, 422)
    refused = await making.make(visit, found, request.app.state.notifier)
    if refused is not None:
        return _review(request, visit, found, refused[1], 422)
    return RedirectResponse(f"{LIST}?fait=invitation", 303)


def _form(request: Request, visit: SpaceVisit, form: Parsed[MandateForm], status: int = 200) -> Response:
    durations = [(str(days), words) for days, words in DURATIONS.items()]
    return show(
        request, visit, "delegation-nouvelle.html", status, form=form, scopes=list(WORDS.items()), durations=durations,
        invitation=INVITATION,
    )  # fmt: skip


def _review(request: Request, visit: SpaceVisit, draft: MandateDraft, mistake: str = "", status: int = 200) -> Response:
    answers, now = draft.answers, visit.work.now
    ends_on = last_day(now, answers["days"])
    form = blank(MandateForm)
    return show(
        request, visit, "delegation-verifier.html", status, answers=answers, draft=draft.id, ends_on=ends_on,
        until=invitation_end(now, ends_on), words=WORDS, durations=DURATIONS,
        form=form.refuse(WHOLE_FORM, mistake) if mistake else form,
    )  # fmt: skip


async def _draft(visit: SpaceVisit, given_id: str) -> MandateDraft:
    found = await making.draft_of(visit, given_id)
    if found is None:
        raise Problem(404)
    return found
