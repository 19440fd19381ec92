"""``/gestion/courriers``: how the print room stands, and the receipt of test letters."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from member_space.desk.frame import show
from member_space.desk.staff_visit import ForAllStaff, StaffVisit
from member_space.operations.words import age
from member_space.print_room import batch_words, words
from member_space.print_room.alerts import alerts, awaited_canaries
from member_space.print_room.asking import ask_or_tell
from member_space.print_room.forms import CanaryForm
from member_space.print_room.people import cards_of
from member_space.print_room.roles import knows_members
from shared.contracts.print_room import Done, PrintRoom
from shared.web.forms import Parsed, blank
from shared.web.posted_form import posted_form

router = APIRouter(include_in_schema=False)
HOME = "/gestion/courriers"
CANARY = f"{HOME}/temoin"
_DONE = {"temoin": "La réception de la lettre témoin est enregistrée."}


@router.get(HOME)
async def home(request: Request, visit: ForAllStaff) -> Response:
    """What waits, what is open, what needs somebody; ``fait`` and ``refus`` tell of the act that led here."""
    return await _home(request, visit)


@router.post(CANARY)
async def canary_received(request: Request, visit: ForAllStaff) -> Response:
    """A test letter is here."""
    form = await posted_form(request, CanaryForm)
    if form.value is None:
        return await _home(request, visit, form, 422)
    receipt = {"received_on": form.value.received.isoformat()}
    done: Done = await ask_or_tell(request, f"/canary/{form.value.canary_id}/received", Done, receipt)
    return RedirectResponse(f"{HOME}?refus={done.refused}" if done.refused else f"{HOME}?fait=temoin", 303)


async def _home(
    request: Request, visit: StaffVisit, form: Parsed[CanaryForm] | None = None, status: int = 200
) -> Response:
    room: PrintRoom = await ask_or_tell(request, "", PrintRoom)
    refused = request.query_params.get("refus", "")
    failed: dict[str, Any] = {"form": form} if form else {}
    return show(
        request, visit, "gestion/courriers.html", status, room=room, now=visit.work.now, home=HOME, canary_path=CANARY,
        alerts=alerts(room), words=words, batch_words=batch_words, age=age,
        knows_members=knows_members(visit), people=await cards_of(visit, (one.person_id for one in room.promise.near)),
        awaited=awaited_canaries(room.canary.letters), canary_form=form or _received_today(visit),
        told=_DONE.get(request.query_params.get("fait", ""), ""),
        not_done=words.canary_refusal_of(refused) if refused else "", **failed,
    )  # fmt: skip


def _received_today(visit: StaffVisit) -> Parsed[CanaryForm]:
    today = visit.today
    return blank(
        CanaryForm, received_day=str(today.day), received_month=str(today.month), received_year=str(today.year)
    )
