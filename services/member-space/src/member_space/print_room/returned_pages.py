"""``/gestion/courriers/retours``: envelopes that the post brought back, as a hand scanner or a file names them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from member_space.desk.frame import show
from member_space.desk.staff_visit import ForConseillers, StaffVisit
from member_space.print_room import words
from member_space.print_room.asking import NotNowError, ask
from member_space.print_room.forms import ReturnsForm
from member_space.print_room.marks import marks_in
from member_space.print_room.pages import HOME
from member_space.print_room.people import cards_of
from member_space.print_room.returns import note_returns, read_returns
from member_space.timeline.codes import RETURNS
from shared.contracts.print_room import MOST_AT_ONCE, ReturnedMark
from shared.web.csrf import guard
from shared.web.forms import WHOLE_FORM, Parsed, blank, read_upload_form

router = APIRouter(include_in_schema=False)
RETURNED = f"{HOME}/retours"
AWAY = (
    "Le service des courriers ne répond pas\u00a0: une partie de la liste est peut-être enregistrée. Envoyez-la de nouveau "
    "telle quelle dans quelques minutes, rien n’est enregistré deux fois"
)


@router.get(RETURNED)
async def scan(request: Request, visit: ForConseillers) -> Response:
    """The form, empty."""
    return await _page(request, visit, blank(ReturnsForm))


@router.post(RETURNED)
async def record(request: Request, visit: ForConseillers) -> Response:
    """What became of each mark. Sent twice, the second time says that all is known."""
    async with read_upload_form(request) as sent:
        guarded = await guard(request, sent)
        form = read_returns(sent)
    if not guarded.ok:
        form = form.refuse(WHOLE_FORM, guarded.message)
    if form.value is None:
        return await _page(request, visit, form, 422)
    order = {"marks": marks_in(form.value.marks), "reason": form.value.reason}
    try:
        told: list[ReturnedMark] = await ask(request, "/returned", list[ReturnedMark], order)
    except NotNowError:
        return await _page(request, visit, form.refuse(WHOLE_FORM, AWAY), 503)
    return await _page(request, visit, blank(ReturnsForm, reason=form.value.reason), told=told)


async def _page(
    request: Request, visit: StaffVisit, form: Parsed[ReturnsForm], status: int = 200,
    *, told: Sequence[ReturnedMark] = (),
) -> Response:  # fmt: skip
    people = await cards_of(visit, (one.person_id for one in told))
    await note_returns(visit, told, people)
    shown: dict[str, Any] = {"form": form} if form.errors else {}
    return show(
        request, visit, "gestion/courriers-retours.html", status, returns_form=form, reasons=list(_reasons()),
        told=told, counts=Counter(one.outcome for one in told), people=people, words=words, home=HOME, path=RETURNED,
        most=MOST_AT_ONCE, to_do=[one for one in told if not words.is_settled(one.outcome)],
        settled=[one for one in told if words.is_settled(one.outcome)], **shown,
    )  # fmt: skip


def _reasons() -> Sequence[tuple[str, str]]:
    """As they stand on the envelope."""
    return [(code, f"{text[0].upper()}{text[1:]}") for code, text in RETURNS.items()]
