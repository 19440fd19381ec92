"""``/gestion/courriers/lots/…``: all of one batch; having it printed again, settling a doubt."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from member_space.desk.frame import show
from member_space.desk.staff_visit import ForAllStaff, ForPrinting, StaffVisit
from member_space.print_room import batch_words, words
from member_space.print_room.asking import ask_or_tell
from member_space.print_room.forms import ReprintForm, SettleForm
from member_space.print_room.pages import HOME
from member_space.print_room.people import cards_of
from member_space.print_room.roles import knows_members, may_act
from shared.contracts.print_room import BatchPage, Done
from shared.web.forms import Parsed, blank
from shared.web.posted_form import posted_form

router = APIRouter(include_in_schema=False)
BATCH = HOME + "/lots/{batch_id}"
_DONE = {
    "reimpression": "Le lot est de nouveau proposé à l’imprimerie.",
    "doute-leve": "Le doute est levé. Le motif reste dans l’historique du lot.",
}


@router.get(BATCH)
async def batch(request: Request, visit: ForAllStaff, batch_id: UUID) -> Response:
    """Its state, its counts, what happened to it and its letters; ``fait`` and ``refus`` tell of the act that led here."""
    return await _page(request, visit, batch_id)


@router.post(BATCH + "/reimprimer")
async def reprint(request: Request, visit: ForPrinting, batch_id: UUID) -> Response:
    """The same file is offered again, under a higher run."""
    form = await posted_form(request, ReprintForm)
    if form.value is None:
        return await _page(request, visit, batch_id, 422, reprint_form=form)
    return await _act(request, batch_id, "reprint", form.value.reprint_reason, "reimpression")


@router.post(BATCH + "/doute-leve")
async def settle(request: Request, visit: ForPrinting, batch_id: UUID) -> Response:
    """People have found out what does not add up."""
    form = await posted_form(request, SettleForm)
    if form.value is None:
        return await _page(request, visit, batch_id, 422, settle_form=form)
    return await _act(request, batch_id, "settle", form.value.settle_reason, "doute-leve")


async def _act(request: Request, batch_id: UUID, act: str, reason: str, told: str) -> Response:
    done: Done = await ask_or_tell(request, f"/batches/{batch_id}/{act}", Done, {"reason": reason})
    page = BATCH.format(batch_id=batch_id)
    return RedirectResponse(f"{page}?refus={done.refused}" if done.refused else f"{page}?fait={told}", 303)


async def _page(
    request: Request, visit: StaffVisit, batch_id: UUID, status: int = 200,
    *, reprint_form: Parsed[ReprintForm] | None = None, settle_form: Parsed[SettleForm] | None = None,
) -> Response:  # fmt: skip
    page: BatchPage = await ask_or_tell(request, f"/batches/{batch_id}", BatchPage)
    refused = request.query_params.get("refus", "")
    failed = reprint_form or settle_form
    shown: dict[str, Any] = {"form": failed} if failed else {}
    return show(
        request, visit, "gestion/courriers-lot.html", status, page=page, home=HOME,
        address=BATCH.format(batch_id=batch_id), words=words, batch_words=batch_words,
        counts=[note for note in page.notes if batch_words.counted(note)], on_paper=batch_words.on_paper(page.notes),
        knows_members=knows_members(visit), may_act=may_act(visit),
        people=await cards_of(visit, (letter.person_id for letter in page.letters)),
        reprint_form=reprint_form or blank(ReprintForm), settle_form=settle_form or blank(SettleForm),
        told=_DONE.get(request.query_params.get("fait", ""), ""),
        not_done=batch_words.refusal_of(refused) if refused else "", **shown,
    )  # fmt: skip
