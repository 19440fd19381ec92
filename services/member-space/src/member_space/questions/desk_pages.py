"""``/gestion/questions``: the work list, one question, and what is done with it."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from member_space.desk import frame
from member_space.desk.actions import DeskAction, note, note_reading
from member_space.desk.staff_visit import ForConseillers, ForResponsables, StaffVisit
from member_space.place import Place
from member_space.questions import attachments, desk_acts, desk_queries, threads, writing
from member_space.questions.desk_queries import Entry, Filters
from member_space.questions.forms import AnswerForm, message_id
from member_space.questions.reading import read
from member_space.questions.rules import age, masked_name
from member_space.questions.state import WORDS, state_of
from member_space.questions.written import Written, author_at_desk
from shared.security.assertions import Role
from shared.web.csrf import Expired, guard
from shared.web.forms import Parsed, blank, read_form
from shared.web.french import polite_name
from shared.web.problem import Problem

LIST = "/gestion/questions"
DONE = {
    "prise": "Cette question est à vous\u00a0: répondez-y ci-dessous.",
    "reponse": "Votre réponse est envoyée. La personne en est avertie par un courriel qui n’en reprend pas le contenu.",
    "reponse-croisee": "Votre réponse est envoyée. Entre-temps, la personne a écrit un message, qui attend encore.",
    "close": "Cette question est close, la personne en est prévenue. Si elle écrit encore, elle revient dans la liste.",
    "close-sans-avis": "Cette question est close. Aucun courriel n’est parti\u00a0: l’espace de la personne est clos.",
}
"""``?fait=``: what was just done."""
NOT_SENT = "Votre réponse n’est pas envoyée\u00a0: cette question n’est plus à vous."
OTHER_HANDS = "Cette question vient de changer de mains."
NOT_SENT_CLOSED = "Votre réponse n’est pas envoyée\u00a0: cette question est close."
NOT_SENT_NO_SPACE = "Votre réponse n’est pas envoyée\u00a0: l’espace de la personne est clos."
NOT_CLOSED = "La question n’est pas close\u00a0: la personne vient d’écrire. Lisez son message ci-dessous."

router = APIRouter(include_in_schema=False)


@router.get(LIST)
async def listing(request: Request, visit: ForConseillers) -> Response:
    """What waits, the oldest first; narrowed by ``etat`` and ``sujet``, ``apres`` one of the list. Names are masked."""
    topics = request.app.state.question_topics
    filters = Filters.read(request.query_params, topics)
    session, after = visit.work.session, Place.read(request.query_params.get("apres", ""))
    page = await desk_queries.page(session, filters, visit.who.staff_id, after)
    return frame.show(
        request, visit, "gestion/questions.html", page=page, filters=filters, states=desk_queries.STATES,
        after=after, waiting=await desk_queries.waiting(session), now=visit.work.now, age=age, topics=topics,
        masked_name=masked_name, state_of=state_of, state_words=WORDS, released="rendue" in request.query_params,
    )  # fmt: skip


@router.get(f"{LIST}/{{reference}}")
async def one(request: Request, reference: str, visit: ForConseillers) -> Response:
    """One question: its messages for who took it, else who has it."""
    return await _page(request, visit, await _find(visit, reference), blank(AnswerForm))


@router.post(f"{LIST}/{{reference}}/prendre")
async def take(request: Request, reference: str, visit: ForConseillers) -> Response:
    """Take it, if nobody has."""
    if refused := await _expired(request, visit, reference):
        return refused
    entry = await _find(visit, reference, lock=True)
    if not desk_acts.take(visit, entry.question):
        alert = f"{entry.question.taken_name} a pris cette question avant vous."
        return await _page(request, visit, entry, blank(AnswerForm), 409, alert)
    return _done(reference, "prise")


@router.post(f"{LIST}/{{reference}}/reprendre")
async def take_over(request: Request, reference: str, visit: ForResponsables) -> Response:
    """Take it from who has it."""
    if refused := await _expired(request, visit, reference):
        return refused
    entry = await _find(visit, reference, lock=True)
    if not desk_acts.take_over(visit, entry.question, (await read_form(request)).get("de", "")):
        return await _page(request, visit, entry, blank(AnswerForm), 409, OTHER_HANDS)
    return _done(reference, "prise")


@router.post(f"{LIST}/{{reference}}/rendre")
async def release(request: Request, reference: str, visit: ForConseillers) -> Response:
    """Give it back to the list."""
    if refused := await _expired(request, visit, reference):
        return refused
    desk_acts.release(visit, (await _find(visit, reference, lock=True)).question)
    return RedirectResponse(f"{LIST}?rendue=1", 303)


@router.post(f"{LIST}/{{reference}}/clore")
async def close(request: Request, reference: str, visit: ForConseillers) -> Response:
    """Close it."""
    if refused := await _expired(request, visit, reference):
        return refused
    entry = await _find(visit, reference, lock=True)
    seen = message_id((await read_form(request)).get("seen", ""))
    if not await desk_acts.close(visit, entry.space, entry.question, seen):
        return await _page(request, visit, entry, blank(AnswerForm), 409, NOT_CLOSED)
    return _done(reference, "close" if entry.space.closed_at is None else "close-sans-avis")


@router.post(f"{LIST}/{{reference}}")
async def answer(request: Request, reference: str, visit: ForConseillers) -> Response:
    """Answer, with attachments; who took it alone may."""
    form, submission = await read(request, AnswerForm)
    entry = await _find(visit, reference, lock=True)
    if not desk_acts.is_mine(visit, entry.question):
        return await _page(request, visit, entry, form, 409, NOT_SENT)
    if form.value is None or submission is None:
        return await _page(request, visit, entry, form, 422)
    written = Written(form.value.text, submission, form.value.files)
    author, seen = author_at_desk(visit), message_id(form.value.seen)
    try:
        new = await writing.answer(visit.work, entry.space, entry.question, author, written, seen)
    except writing.ClosedError:
        alert = NOT_SENT_CLOSED if entry.space.closed_at is None else NOT_SENT_NO_SPACE
        return await _page(request, visit, entry, form, 409, alert)
    if new:
        note(visit, DeskAction.ANSWER, entry.question.person_id, reference)
    return _done(reference, "reponse" if entry.question.waiting_since is None else "reponse-croisee")


@router.get(f"{LIST}/{{reference}}/fichiers/{{file_id}}")
async def attachment(reference: str, file_id: str, visit: ForConseillers) -> Response:
    """An attachment of either side, for who took the question."""
    question = (await _find(visit, reference)).question
    if not desk_acts.is_mine(visit, question):
        raise Problem(404)
    given = await attachments.give(visit.work.session, question, file_id)
    note(visit, DeskAction.READ_ATTACHMENT, question.person_id, reference)
    return given


def _done(reference: str, what: str) -> Response:
    return RedirectResponse(f"{LIST}/{reference}?fait={what}", 303)


async def _find(visit: StaffVisit, reference: str, *, lock: bool = False) -> Entry:
    entry = await desk_queries.find(visit.work.session, reference, lock=lock)
    if entry is None:
        raise Problem(404)
    return entry


async def _expired(request: Request, visit: StaffVisit, reference: str) -> Response | None:
    """The page again when a form of one button is not ours any more."""
    guarded = await guard(request, await read_form(request))
    if isinstance(guarded, Expired):
        entry = await _find(visit, reference)
        return await _page(request, visit, entry, blank(AnswerForm), 422, guarded.message)
    return None


async def _page(
    request: Request, visit: StaffVisit, entry: Entry, form: Parsed[AnswerForm], status: int = 200, alert: str = ""
) -> Response:
    question, space = entry.question, entry.space
    mine = desk_acts.is_mine(visit, question)
    thread = None
    if mine:
        # marked before the messages are read: one that comes in between is shown, one that comes later marks it anew
        question.unread_by_desk = False
        thread = await threads.thread(visit.work.session, question)
        await note_reading(visit, DeskAction.READ_QUESTION, question.person_id, question.reference)
    name = polite_name(space.civility, space.given_name, space.family_name)
    return frame.show(
        request, visit, "gestion/question.html", status, form=form, question=question, thread=thread, mine=mine,
        name=name if mine else masked_name(space.civility, space.given_name, space.family_name), alert=alert,
        done=DONE.get(request.query_params.get("fait", ""), ""), topics=request.app.state.question_topics,
        state=WORDS[state_of(question)], now=visit.work.now, age=age, waits=state_of(question) == "waiting",
        may_take_over=visit.who.role is Role.RESPONSABLE, space_closed=space.closed_at,
    )  # fmt: skip
