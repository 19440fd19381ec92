"""``/gestion/demandes``: the desk's list of cases; taking one, answering it."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from member_space.cases import answering, queries
from member_space.cases.answer_forms import AcceptForm, FulfilForm, RefuseForm, with_reason
from member_space.cases.models import Case
from member_space.cases.rules import (
    KIND_WORDS,
    REASONS,
    Kind,
    State,
    acceptable_from,
    hindrance,
    reasons_for,
    state_words,
)
from member_space.cases.summaries import SUMMARIES
from member_space.desk.actions import DeskAction, note, note_reading
from member_space.desk.frame import show
from member_space.desk.staff_visit import ForConseillers, ForResponsables, StaffVisit
from member_space.files.downloading import download
from member_space.files.storing import load
from member_space.place import Place
from member_space.spaces.models import Space
from shared.files.checking import CheckedFile
from shared.security.assertions import Role
from shared.web.csrf import Expired, guard
from shared.web.forms import WHOLE_FORM, Parsed, blank, parse, parse_upload, read_form, read_upload_form
from shared.web.posted_form import posted_form
from shared.web.problem import Problem

router = APIRouter(include_in_schema=False)
LIST = "/gestion/demandes"
STATES = {
    "a-prendre": ("À prendre", (State.FILED,)),
    "en-cours": ("En cours", (State.TAKEN,)),
    "miennes": ("Prises par moi", (State.TAKEN,)),
    "terminees": ("Terminées", queries.OVER),
}
"""In the address → words and states."""
TOO_LATE = "Un autre conseiller s’en occupe, ou la réponse est déjà partie. Voici où en est la demande."
NOT_SENT = "Votre réponse n’est pas envoyée\u00a0: "


@router.get(LIST)
async def listing(request: Request, visit: ForConseillers) -> Response:
    """What waits, oldest first, or what is over; narrowed by ``etat`` and ``nature``, ``apres`` one of the list."""
    asked = request.query_params
    after = Place.read(asked.get("apres", ""))
    kind = next((one for one in Kind if one.value == asked.get("nature")), None)
    state = asked.get("etat", "")
    states = STATES[state][1] if state in STATES else queries.OPEN
    holder = visit.who.staff_id if state == "miennes" else None
    page = await queries.worklist(visit.work.session, states, kind, after, holder)
    narrowed = {"etat": state if state in STATES else "", "nature": kind or ""}
    return show(
        request, visit, "gestion/demandes.html", page=page, kinds=KIND_WORDS, states=STATES, state=state,
        kind=kind or "", now=visit.work.now, state_words={case.id: _state(visit, case) for case in page.cases},
        later={case.id: _later(visit, case) for case in page.cases},
        after=after, oldest_first=states != queries.OVER, start=_list(narrowed),
        following=_list(narrowed | {"apres": str(page.next)}) if page.next else "",
    )  # fmt: skip


@router.get(LIST + "/{case_id}")
async def one(request: Request, case_id: UUID, visit: ForConseillers) -> Response:
    """One case; whose it is and what it is about is shown to who has taken it."""
    return await _page(request, visit, await _case(visit, case_id))


@router.post(LIST + "/{case_id}/prendre")
async def take(request: Request, case_id: UUID, visit: ForConseillers) -> Response:
    """Take it, if nobody has."""
    return await _step(request, visit, case_id, answering.take)


@router.post(LIST + "/{case_id}/reprendre")
async def take_over(request: Request, case_id: UUID, visit: ForResponsables) -> Response:
    """Take it from who has it."""
    try:
        had = UUID((await read_form(request)).get("de", ""))
    except ValueError:
        raise Problem(422) from None
    return await _step(request, visit, case_id, partial(answering.take_over, had=had))


@router.post(LIST + "/{case_id}/remettre")
async def release(request: Request, case_id: UUID, visit: ForConseillers) -> Response:
    """Put it back."""
    return await _step(request, visit, case_id, answering.release)


@router.post(LIST + "/{case_id}/accepter")
async def accept(request: Request, case_id: UUID, visit: ForConseillers) -> Response:
    """Accept the report, or give the document."""
    form_class = FulfilForm if answering.needs_document(await _case(visit, case_id)) else AcceptForm
    form: Parsed[Any]
    async with read_upload_form(request) as sent:
        guarded = await guard(request, sent)
        if isinstance(guarded, Expired):
            form = parse(form_class, sent).refuse(WHOLE_FORM, guarded.message)
        else:
            form = await parse_upload(form_class, sent)
    # locked when all of the upload is here: a slow one keeps nobody waiting
    case, space = await answering.to_answer(visit, case_id)
    if form.value is not None and _answered(visit, case, State.DONE, form.value.words):
        return RedirectResponse(f"{LIST}/{case_id}", 303)
    if not answering.is_to_answer(visit, case):
        return await _page(request, visit, case, accept=form, status=409)
    if form.value is None:
        return await _page(request, visit, case, accept=form, status=422)
    if against := await _against(visit, case, space):
        return await _page(request, visit, case, accept=form.refuse(WHOLE_FORM, against), status=422)
    document: CheckedFile | None = form.value.document[0] if isinstance(form.value, FulfilForm) else None
    await answering.accept(visit, case, space, form.value.words, document)
    return RedirectResponse(f"{LIST}/{case_id}", 303)


@router.post(LIST + "/{case_id}/refuser")
async def refuse(request: Request, case_id: UUID, visit: ForConseillers) -> Response:
    """Refuse it, with a reason."""
    kind = Kind((await _case(visit, case_id)).kind)
    form = with_reason(await posted_form(request, RefuseForm), reasons_for(kind))
    case, space = await answering.to_answer(visit, case_id)
    if form.value is not None and _answered(visit, case, State.REFUSED, form.value.refusal_words):
        return RedirectResponse(f"{LIST}/{case_id}", 303)
    if not answering.is_to_answer(visit, case):
        return await _page(request, visit, case, refuse=form, status=409)
    if form.value is None:
        return await _page(request, visit, case, refuse=form, status=422)
    await answering.refuse(visit, case, space, form.value.reason, form.value.refusal_words)
    return RedirectResponse(f"{LIST}/{case_id}", 303)


@router.get(LIST + "/{case_id}/fichiers/{file_id}")
async def file(case_id: UUID, file_id: UUID, visit: ForConseillers) -> Response:
    """A file of a case, for who has taken it."""
    case = await _case(visit, case_id)
    attached = (await queries.attached(visit.work.session, case_id))[case_id]
    found = await load(visit.work.session, file_id, case.subject_id)
    if not _holds(visit, case) or found is None or all(one.id != file_id for one in attached):
        raise Problem(404)
    note(visit, DeskAction.READ_CASE_FILE, case.subject_id, case.reference)
    return download(found)


def _list(narrowed: Mapping[str, str]) -> str:
    given = urlencode({name: value for name, value in narrowed.items() if value})
    return f"{LIST}?{given}" if given else LIST


async def _step(request: Request, visit: StaffVisit, case_id: UUID, step: Any) -> Response:
    await _case(visit, case_id)
    guarded = await guard(request, await read_form(request))
    if isinstance(guarded, Expired):
        raise Problem(403, "Votre page a expiré", "Revenez à la demande, puis recommencez.")
    done = await step(visit, case_id)
    return RedirectResponse(f"{LIST}/{case_id}" if done else f"{LIST}/{case_id}?trop-tard=oui", 303)


async def _page(
    request: Request,
    visit: StaffVisit,
    case: Case,
    accept: Parsed[Any] | None = None,
    refuse: Parsed[Any] | None = None,
    status: int = 200,
) -> Response:
    session, kind, holds = visit.work.session, Kind(case.kind), _holds(visit, case)
    failed, too_late = accept or refuse, status == 409
    space = await answering.space_of(visit, case)
    if holds:
        await note_reading(visit, DeskAction.READ_CASE, case.subject_id, case.reference)
    form_class = FulfilForm if answering.needs_document(case) else AcceptForm
    return show(
        request, visit, "gestion/demande.html", status, case=case, kind_words=KIND_WORDS[kind],
        state=_state(visit, case), holds=holds, may_take=case.state == State.FILED,
        may_take_over=case.state == State.TAKEN and not holds and visit.who.role is Role.RESPONSABLE,
        against=await _against(visit, case, space), typed=_typed(accept, refuse),
        accept=accept or blank(form_class), refuse=refuse or blank(RefuseForm), reasons=reasons_for(kind),
        needs_document=answering.needs_document(case), reason=REASONS.get(case.reason, ""),
        late=TOO_LATE if request.query_params.get("trop-tard") == "oui" else "",
        not_sent=NOT_SENT + _whose(visit, case) if too_late else "",
        summary=SUMMARIES[kind](case.details) if holds else [],
        files=(await queries.attached(session, case.id))[case.id] if holds else [],
        space=space if holds else None,
        **({"form": failed} if failed and not too_late else {}),
    )  # fmt: skip


def _holds(visit: StaffVisit, case: Case) -> bool:
    """Who took it goes on seeing it when it is answered."""
    return case.taken_by == visit.who.staff_id


def _answered(visit: StaffVisit, case: Case, state: State, words: str) -> bool:
    """Whether the visitor has answered just that already: a form that is sent twice is done, not too late.

    A document may be another one than the first.
    """
    return _holds(visit, case) and (case.state, case.words, case.available_until) == (state, words, None)


async def _against(visit: StaffVisit, case: Case, space: Space) -> str:
    today = visit.today
    newer = await queries.newer_address(visit.work.session, case, today)
    return hindrance(case, space.closed_at is not None, space.frozen_at, newer, today)


def _typed(accept: Parsed[Any] | None, refuse: Parsed[Any] | None) -> str:
    """What was written to the member, for a page that has no form to keep it in."""
    if accept is not None:
        return str(accept.values["words"])
    return str(refuse.values["refusal_words"]) if refuse is not None else ""


def _whose(visit: StaffVisit, case: Case) -> str:
    """Why somebody could not answer it."""
    if case.state == State.FILED:
        return "cette demande est de nouveau à prendre."
    if case.state == State.TAKEN:
        return f"{case.taken_name} s’occupe maintenant de cette demande."
    by = "vous avez" if _holds(visit, case) else f"{case.taken_name} a"
    return f"{by} déjà répondu à cette demande."


def _later(visit: StaffVisit, case: Case) -> date | None:
    """The day from which a case that waits can be accepted, unless that is any."""
    since = acceptable_from(case) if case.state in queries.OPEN else None
    return since if since and since > visit.today else None


def _state(visit: StaffVisit, case: Case) -> str:
    if case.state == State.TAKEN:
        return f"Prise par {case.taken_name}"
    if case.state == State.FILED:
        return "À prendre"
    return state_words(Kind(case.kind), State(case.state), case.available_until, visit.today)


async def _case(visit: StaffVisit, case_id: UUID) -> Case:
    case = await visit.work.session.get(Case, case_id)
    if case is None:
        raise Problem(404)
    return case
