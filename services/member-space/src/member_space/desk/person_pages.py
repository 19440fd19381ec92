"""Search a person, and their one timeline. What was typed stays out of addresses and logs: the search goes by POST."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Request
from starlette.responses import Response

from member_space.desk.actions import DeskAction, note, note_reading
from member_space.desk.elsewhere import NotNowError, numbered
from member_space.desk.frame import show
from member_space.desk.staff_visit import ForConseillers, StaffVisit
from member_space.desk.why import WHY, Why
from member_space.persons import search
from member_space.persons.card import card
from member_space.persons.typed import LONGEST, Typed, read
from member_space.place import Place
from member_space.timeline import timeline
from member_space.timeline.letter_state import letter_state
from member_space.timeline.letter_words import answer
from shared.web.forms import Form, MaxLength, Otherwise, Parsed, Required, blank
from shared.web.posted_form import posted_form
from shared.web.problems import Problem

router = APIRouter(include_in_schema=False)
NOTHING = "Saisissez un nom, un numéro ou une référence"
MISTYPED = "Ce numéro de sécurité sociale n’est pas valide\u00a0: vérifiez ses chiffres et sa clé"
AWAY = (
    "La recherche par numéro d’adhérent, par numéro de sécurité sociale ou par référence d’une demande de compte n’est pas "
    "possible pour l’instant. Cherchez par nom, ou réessayez dans quelques minutes."
)


class SearchForm(Form):
    """The one field of the search."""

    looked_for: Annotated[
        str, Required(NOTHING), MaxLength(LONGEST, f"La recherche doit comporter {LONGEST} caractères ou moins")
    ]


class ShowForm(Form):
    """« Afficher »."""

    why: Annotated[Why, Otherwise("Choisissez un motif de la liste")]


@router.get("/gestion/personnes")
async def ask(request: Request, visit: ForConseillers) -> Response:
    """The search, not yet made."""
    return show(request, visit, "gestion/personnes.html", form=blank(SearchForm), found=None)


@router.post("/gestion/personnes")
async def look(request: Request, visit: ForConseillers) -> Response:
    """Who was meant, masked."""
    form = await posted_form(request, SearchForm)
    typed = read(form.value.looked_for) if form.value else Typed()
    if form.value and typed.is_nothing:
        form = form.refuse("looked_for", MISTYPED if typed.mistyped else NOTHING)
    if form.errors:
        return show(request, visit, "gestion/personnes.html", 422, form=form, found=None)
    return await _found(request, visit, form, typed)


async def _found(request: Request, visit: StaffVisit, form: Parsed[SearchForm], typed: Typed) -> Response:
    away = ""
    known: frozenset[UUID] = frozenset()
    try:
        known = await numbered(request, typed)
    except NotNowError:
        away = AWAY
    rows = await search.find(visit.work.session, typed, known)
    unheard = len(known - {row.person_id for row in rows})
    cards = [card(row) for row in rows[: search.MOST]]
    more = len(rows) > search.MOST
    return show(
        request, visit, "gestion/personnes.html", form=form, found=cards, more=more, away=away, unheard=unheard
    )  # fmt: skip


@router.get("/gestion/personnes/{person_id}")
async def journey(request: Request, visit: ForConseillers, person_id: UUID) -> Response:
    """Their timeline, with their data masked; ``avant`` an entry."""
    return await _person(request, visit, person_id, blank(ShowForm))


@router.post("/gestion/personnes/{person_id}")
async def show_data(request: Request, visit: ForConseillers, person_id: UUID) -> Response:
    """The same with their data, in this answer alone; the journal of their space tells it."""
    form = await posted_form(request, ShowForm)
    if form.value is None:
        return await _person(request, visit, person_id, form, 422)
    page = await _person(request, visit, person_id, form, shown=True)
    note(visit, DeskAction.SHOW_PERSON, person_id, form.value.why)
    return page


async def _person(
    request: Request,
    visit: StaffVisit,
    person_id: UUID,
    form: Parsed[ShowForm],
    status: int = 200,
    *,
    shown: bool = False,
) -> Response:
    session = visit.work.session
    who = await search.the_one(session, person_id)
    before = Place.read(request.query_params.get("avant", ""))
    page = await timeline.page(session, person_id, before)
    if who is None and not page.moments:
        raise Problem(
            404, "Cette personne n’est pas connue ici", "Aucun événement ne la concerne. Cherchez de nouveau."
        )
    await note_reading(visit, DeskAction.READ_JOURNEY, person_id)
    told = answer(letter_state(await timeline.of_letters(session, person_id), visit.work.now))
    return show(
        request, visit, "gestion/personne.html", status, form=form, who=card(who, shown=shown) if who else None,
        person_id=person_id, shown=shown, page=page, further=before is not None, letter=told,
        reasons=list(WHY.items()),
    )  # fmt: skip
