"""``/gestion/courriers/recherche``: where is this letter? By what stands on it, which goes to ``letters`` in the body."""

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from member_space.desk.frame import show
from member_space.desk.staff_visit import ForConseillers, StaffVisit
from member_space.print_room import words
from member_space.print_room.asking import NotNowError, ask
from member_space.print_room.forms import FindLetterForm
from member_space.print_room.pages import HOME
from member_space.print_room.people import cards_of
from shared.contracts.print_room import FoundLetter
from shared.web.forms import WHOLE_FORM, Parsed, blank
from shared.web.posted_form import posted_form

router = APIRouter(include_in_schema=False)
SEARCH = f"{HOME}/recherche"
AWAY = "Le service des courriers ne répond pas. Réessayez dans quelques minutes"


@router.get(SEARCH)
async def search(request: Request, visit: ForConseillers) -> Response:
    """Not yet made."""
    return await _page(request, visit, blank(FindLetterForm))


@router.post(SEARCH)
async def look(request: Request, visit: ForConseillers) -> Response:
    """The letter that was meant."""
    form = await posted_form(request, FindLetterForm)
    if form.value is None:
        return await _page(request, visit, form, 422)
    try:
        found: list[FoundLetter] = await ask(request, "/letters", list[FoundLetter], {"named": form.value.named})
    except NotNowError:
        return await _page(request, visit, form.refuse(WHOLE_FORM, AWAY), 503)
    return await _page(request, visit, form, found=found)


async def _page(
    request: Request, visit: StaffVisit, form: Parsed[FindLetterForm], status: int = 200,
    *, found: Sequence[FoundLetter] | None = None,
) -> Response:  # fmt: skip
    shown: dict[str, Any] = {"form": form} if form.errors else {}
    return show(
        request, visit, "gestion/courriers-recherche.html", status, find_form=form, found=found, words=words, home=HOME,
        people=await cards_of(visit, (one.person_id for one in found or ())), path=SEARCH, **shown,
    )  # fmt: skip
