"""``/gestion/courriers/non-imprimables``: letters that can't be printed, what to do about each, and another try."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from member_space.desk.frame import show
from member_space.desk.staff_visit import ForConseillers, StaffVisit
from member_space.operations.words import age
from member_space.print_room import parked_words
from member_space.print_room.asking import ask_or_tell
from member_space.print_room.forms import ReleaseForm, letter_ids, with_ticks
from member_space.print_room.pages import HOME
from member_space.print_room.people import cards_of
from shared.contracts.print_room import MOST_AT_ONCE, Done, ParkedLetter, Release
from shared.web.forms import Parsed, blank, read_form
from shared.web.posted_form import guarded_form

router = APIRouter(include_in_schema=False)
PARKED = f"{HOME}/non-imprimables"
PAGE = 50
"""Letters of a page: each has a box, and a form has 100 fields at most."""
_DEEPEST = 10_000


@router.get(PARKED)
async def parked(
    request: Request,
    visit: ForConseillers,
    page: Annotated[int, Query(ge=1, le=_DEEPEST)] = 1,
    remis: Annotated[int, Query(ge=-1, le=MOST_AT_ONCE)] = -1,
) -> Response:
    """The work list, who waits longest first; ``remis``: how many were just released."""
    return await _page(request, visit, blank(ReleaseForm), page=page, released=remis)


@router.post(PARKED)
async def release(
    request: Request, visit: ForConseillers, page: Annotated[int, Query(ge=1, le=_DEEPEST)] = 1
) -> Response:
    """The ticked ones wait for a batch again."""
    form = await guarded_form(request, ReleaseForm, with_ticks(await read_form(request)))
    if form.value is None:
        return await _page(request, visit, form, 422, page=page)
    order = Release(letter_ids=letter_ids(form.value)).model_dump(mode="json")
    done: Done = await ask_or_tell(request, "/parked/release", Done, order)
    return RedirectResponse(f"{PARKED}?remis={done.count}", 303)


async def _page(
    request: Request, visit: StaffVisit, form: Parsed[ReleaseForm], status: int = 200, *, page: int, released: int = -1
) -> Response:
    letters: list[ParkedLetter] = await ask_or_tell(request, "/parked", list[ParkedLetter])
    letters = sorted(letters, key=lambda letter: (letter.parked_since, letter.id))
    pages = max(1, -(-len(letters) // PAGE))
    here = letters[(min(page, pages) - 1) * PAGE :][:PAGE]
    shown: dict[str, Any] = {"form": form} if form.errors else {}
    return show(
        request, visit, "gestion/courriers-non-imprimables.html", status, letters=here, total=len(letters), home=HOME,
        page=min(page, pages), pages=pages, released=released, ticked=form.values["letter_ids"], release_form=form,
        people=await cards_of(visit, (letter.person_id for letter in here)), words=parked_words, age=age,
        now=visit.work.now, path=PARKED, **shown,
    )  # fmt: skip
