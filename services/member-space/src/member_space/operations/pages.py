"""Queues, outboxes and dead letters for ``exploitation``: nothing personal, and every act in the journal of its service."""

from enum import StrEnum
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from member_space.desk.frame import show
from member_space.desk.staff_visit import ForExploitation, StaffVisit
from member_space.operations import words
from member_space.operations.asking import AwayError, RefusedError, services_of
from member_space.operations.overview import overview
from shared.messaging.dead_letters.journal import LONGEST, is_one_line
from shared.messaging.dead_letters.letter import OpenedLetter, is_handle
from shared.messaging.dead_letters.settling import Outcome
from shared.messaging.topology import ANSWERS_FOR
from shared.operations.acts import AT_ONCE, DEEPEST, LetterPage
from shared.operations.router import PAGE
from shared.web.forms import (
    Form,
    Matches,
    MaxLength,
    Otherwise,
    Parsed,
    Required,
    blank,
)  # fmt: skip
from shared.web.posted_form import posted_form
from shared.web.problems import Problem

router = APIRouter(include_in_schema=False)
HOME = "/gestion/exploitation"
AWAY = "Le service ne répond pas"
AWAY_DETAIL = "Rien n’a été perdu\u00a0: ses messages l’attendent. Réessayez dans quelques minutes."
GONE = "Ce message n’est plus parmi les messages en échec"
GONE_DETAIL = "Il a été rejoué ou supprimé, ou quelqu’un d’autre le regarde en ce moment. Revenez à la liste."
Answer = TypeVar("Answer")


class Act(StrEnum):
    """What may be done with dead letters."""

    REPLAY = "replay"
    DROP = "drop"


_REASON = (
    Required("Saisissez un motif"), MaxLength(LONGEST, f"Le motif doit comporter {LONGEST} caractères ou moins"),
    Matches(is_one_line, "Le motif doit tenir sur une ligne"),
)  # fmt: skip


class ActForm(Form):
    """What is done with one dead letter."""

    act: Annotated[Act, Otherwise("Choisissez de rejouer ou de supprimer le message")]
    reason: Annotated[str, *_REASON]


class ReplayForm(Form):
    """All of a queue go back."""

    reason: Annotated[str, *_REASON]


@router.get("/gestion/exploitation")
async def home(request: Request, visit: ForExploitation) -> Response:
    """Every service, its queues and its outbox."""
    return show(request, visit, "gestion/exploitation.html", told=await overview(request), words=words, home=HOME)


@router.get("/gestion/exploitation/{service}/{queue}")
async def letters(
    request: Request,
    visit: ForExploitation,
    service: str,
    queue: str,
    page: Annotated[int, Query(ge=1, le=DEEPEST // PAGE)] = 1,
    fait: Annotated[str, Query(pattern="^(replay|drop|)$")] = "",
    nombre: Annotated[int, Query(ge=0, le=AT_ONCE)] = 0,
    refuses: Annotated[int, Query(ge=0, le=AT_ONCE)] = 0,
    absents: Annotated[int, Query(ge=0, le=AT_ONCE)] = 0,
    etrangers: Annotated[int, Query(ge=0, le=AT_ONCE)] = 0,
) -> Response:
    """The dead letters of a queue, page by page; ``fait`` tells of the act that led here."""
    told = words.told_of(fait, Outcome(nombre, refuses, absents, min(etrangers, refuses))) if fait else ""
    return await _letters(request, visit, service, queue, blank(ReplayForm), page=page, told=told, told_done=nombre > 0)


@router.post("/gestion/exploitation/{service}/{queue}")
async def replay_all(request: Request, visit: ForExploitation, service: str, queue: str) -> Response:
    """Put the first ``AT_ONCE`` back."""
    form = await posted_form(request, ReplayForm)
    if form.value is None:
        return await _letters(request, visit, service, queue, form, 422)
    return await _settle(request, service, queue, {"action": Act.REPLAY, "reason": form.value.reason})


@router.get("/gestion/exploitation/{service}/{queue}/{message}")
async def letter(request: Request, visit: ForExploitation, service: str, queue: str, message: str) -> Response:
    """One dead letter, its data masked."""
    return await _letter(request, visit, service, queue, message, blank(ActForm))


@router.post("/gestion/exploitation/{service}/{queue}/{message}")
async def act(request: Request, visit: ForExploitation, service: str, queue: str, message: str) -> Response:
    """Replay or drop it."""
    form = await posted_form(request, ActForm)
    if form.value is None:
        return await _letter(request, visit, service, queue, message, form, 422)
    if not is_handle(message):
        raise Problem(404, GONE, GONE_DETAIL)
    order = {"action": form.value.act, "reason": form.value.reason, "handles": [message]}
    return await _settle(request, service, queue, order)


async def _letters(
    request: Request, visit: StaffVisit, service: str, queue: str, form: Parsed[ReplayForm], status: int = 200,
    *, page: int = 1, told: str = "", told_done: bool = False,
) -> Response:  # fmt: skip
    offset = (page - 1) * PAGE
    listed = await _ask(request, service, queue, "", LetterPage, offset=offset, most=PAGE)
    return show(
        request, visit, "gestion/messages.html", status, form=form, listed=listed, service=service, page=page,
        pages=min(-(-listed.total // PAGE), DEEPEST // PAGE), told=told, told_done=told_done,
        words=words, at_once=AT_ONCE, home=HOME,
    )  # fmt: skip


async def _letter(
    request: Request, visit: StaffVisit, service: str, queue: str, message: str, form: Parsed[ActForm],
    status: int = 200,
) -> Response:  # fmt: skip
    if not is_handle(message):
        raise Problem(404, GONE, GONE_DETAIL)
    found = await _ask(request, service, queue, f"/{message}", list[OpenedLetter])
    return show(
        request, visit, "gestion/message.html", status, form=form, found=found, service=service, queue=queue,
        message=message, kind_of=words.kind_of, masked=words.masked, home=HOME,
    )  # fmt: skip


async def _settle(request: Request, service: str, queue: str, order: dict[str, Any]) -> Response:
    outcome: Outcome = await _ask(request, service, queue, "", Outcome, order)
    told = {
        "fait": order["action"].value, "nombre": outcome.done, "refuses": outcome.refused, "absents": outcome.missing,
        "etrangers": outcome.foreign,
    }  # fmt: skip
    return RedirectResponse(f"{HOME}/{service}/{queue}?{urlencode(told)}", 303)


async def _ask(
    request: Request, service: str, queue: str, rest: str, answer: type[Answer], body: Any = None, /, **query: int
) -> Answer:
    """A service's answer about a queue of its own.

    Raises:
        Problem: 404 for another queue, or a message that is not there; 503 when the service or its broker is away.
    """
    if queue not in ANSWERS_FOR.get(service, ()):
        raise Problem(404)
    try:
        path = f"/internal/dead-letters/{queue}{rest}"
        found: Answer = await services_of(request).ask(request, service, path, answer, body, **query)
    except AwayError as error:
        raise Problem(503, f"{AWAY} ({service} : {error})", AWAY_DETAIL, headers={"Retry-After": "5"}) from None
    except RefusedError as error:
        if error.status == 503:
            raise Problem(503, f"{error} ({service})", AWAY_DETAIL, headers={"Retry-After": "5"}) from None
        raise Problem(404, GONE, GONE_DETAIL) from None
    return found
