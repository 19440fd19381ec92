"""``letters`` as the desk meets it: a real HTTP service with the routes, models and doors of its contract.

What it tells is set by the test; an assertion it judges for itself and takes once, as every service does.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from pydantic import BaseModel
from support.messaging import until

from shared.contracts.print_room import (
    BatchLine,
    BatchNoteLine,
    BatchPage,
    Canary,
    Done,
    FoundLetter,
    LetterLine,
    ParkedLetter,
    PrintRoom,
    Promise,
    Reason,
    Release,
    Returned,
    ReturnedMark,
)
from shared.security.assertions import Role, verify_staff
from shared.web.asserted import asserted
from shared.web.published_keys import PublishedKeys

AT = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
SERIAL = "20261127-K7Q2M9"


class Receipt(BaseModel):
    """The day on which a test letter arrived."""

    received_on: date


class Named(BaseModel):
    """What somebody looks for."""

    named: str


def a_batch(**changes: Any) -> BatchLine:
    """An open one of 12 letters, that nobody has fetched."""
    given: dict[str, Any] = {
        "id": uuid4(), "serial": SERIAL, "run": 1, "state": "offered", "letters": 12, "sheets": 13, "spoiled": 0,
        "closed_at": AT, "post_on": date(2026, 11, 30), "taken_by": AT + timedelta(hours=2), "fetched_at": None,
        "taken_at": None, "printed_at": None, "ended_at": None,
    }  # fmt: skip
    return BatchLine(**given | changes)


def a_page(
    batch: BatchLine, *notes: BatchNoteLine, letters: list[LetterLine] | None = None, why: str = ""
) -> BatchPage:
    """All of a batch, which begins with its offer."""
    offered = a_note("offered", letters=batch.letters, sheets=batch.sheets)
    return BatchPage(batch=batch, notes=[offered, *notes], letters=letters or [], reprint_refused=why)


def a_note(step: str, minutes: int = 0, **changes: Any) -> BatchNoteLine:
    """A line of what happened."""
    return BatchNoteLine(**{"at": AT + timedelta(minutes=minutes), "step": step, "run": 1} | changes)


def a_letter(place: int, person: UUID, **changes: Any) -> LetterLine:
    """One of a batch."""
    given = {
        "id": uuid4(), "person_id": person, "place": place, "mark": f"7K2M9QX4R{place}", "state": "batched",
        "purpose": "activation", "zone": "metropolitan",
    }  # fmt: skip
    return LetterLine(**given | changes)


def a_room(**changes: Any) -> PrintRoom:
    """One in which nothing happens."""
    promise = Promise(kept=0, broken=0, slowest_seconds=0, typical_seconds=0, near=[])
    given: dict[str, Any] = {
        "waiting": 0, "oldest_waiting_since": None, "batched": 0, "parked": 0, "doubts": 0, "next_cut_off": AT, "open": [],
        "ended": [], "returned": 0, "posted": 0, "promise": promise, "canary": Canary(on=False, letters=[]),
    }  # fmt: skip
    return PrintRoom(**given | changes)


@dataclass
class LettersSide:
    """What it tells, and what it was asked to do."""

    room: PrintRoom = field(default_factory=a_room)
    batches: dict[UUID, BatchPage] = field(default_factory=dict)
    parked: list[ParkedLetter] = field(default_factory=list)
    letters: dict[str, FoundLetter] = field(default_factory=dict)
    """By what they are looked for."""
    marks: dict[str, ReturnedMark] = field(default_factory=dict)
    """Marks of posted letters that did not come back yet."""
    refuses: str = ""
    """The code with which it answers every act."""
    fails: bool = False
    """With 500, after it has done what was asked."""
    done: list[tuple[str, Any]] = field(default_factory=list)
    """Acts, with what was sent."""
    came_back: set[str] = field(default_factory=set)

    def act(self, name: str, sent: Any, count: int = 0) -> Done:
        """What an act comes to."""
        if not self.refuses:
            self.done.append((name, sent))
        return Done(refused=self.refuses, count=0 if self.refuses else count)

    def returned(self, order: Returned) -> list[ReturnedMark]:
        """Of each mark in turn, as ``letters`` tells it."""
        self.done.append(("returned", order.model_dump()))
        told, seen = [], set[str]()
        for given in order.marks:
            known = self.marks.get(given)
            came = "known" if given in self.came_back else "recorded"
            outcome = "unknown" if known is None else known.outcome or came
            told.append(
                ReturnedMark(
                    given=given, outcome="repeated" if given in seen else outcome,
                    letter_id=known and known.letter_id, person_id=known and known.person_id,
                )
            )  # fmt: skip
            seen.add(given)
        self.came_back |= seen & self.marks.keys()
        return told


class Doors:
    """Lets in whose assertion is valid, of that role and new here."""

    def __init__(self, keys_url: str) -> None:
        self._published = PublishedKeys([keys_url])
        self._used = set[UUID]()

    def only(self, *roles: Role) -> Any:
        async def admitted(request: Request) -> None:
            assertion = await asserted(request, self._published, verify_staff)
            if assertion.id in self._used:
                raise HTTPException(401)
            self._used.add(assertion.id)
            if assertion.who.role not in roles:
                raise HTTPException(403)

        return Depends(admitted)


def application(side: LettersSide, keys_url: str) -> FastAPI:
    """The service."""
    app, doors = FastAPI(), Doors(keys_url)

    @app.middleware("http")
    async def failing(request: Request, call_next: Any) -> Any:
        answer = await call_next(request)
        if side.fails:
            answer.status_code = 500
        return answer

    inside = APIRouter(prefix="/internal/print-room")
    add_batches(inside, side, doors)
    add_letters(inside, side, doors)
    app.include_router(inside)
    return app


def add_batches(inside: APIRouter, side: LettersSide, doors: Doors) -> None:
    """What everybody at the desk may see, and few may do."""
    everybody, actors = doors.only(*Role), doors.only(Role.RESPONSABLE, Role.EXPLOITATION)

    @inside.get("", dependencies=[everybody])
    async def room() -> PrintRoom:
        return side.room

    @inside.get("/batches/{batch_id}", dependencies=[everybody])
    async def batch(batch_id: UUID) -> BatchPage:
        if batch_id not in side.batches:
            raise HTTPException(404)
        return side.batches[batch_id]

    @inside.post("/batches/{batch_id}/{act}", dependencies=[actors])
    async def act(batch_id: UUID, act: str, why: Reason) -> Done:
        if batch_id not in side.batches:
            raise HTTPException(404)
        return side.act(act, (batch_id, why.reason))

    @inside.post("/canary/{letter_id}/received", dependencies=[everybody])
    async def received(letter_id: UUID, receipt: Receipt) -> Done:
        return side.act("received", (letter_id, receipt.received_on))


def add_letters(inside: APIRouter, side: LettersSide, doors: Doors) -> None:
    """What those alone see who answer members."""
    conseillers = doors.only(Role.CONSEILLER, Role.RESPONSABLE)

    @inside.get("/parked", dependencies=[conseillers])
    async def parked() -> list[ParkedLetter]:
        return side.parked

    @inside.post("/parked/release", dependencies=[conseillers])
    async def release(order: Release) -> Done:
        still = [one for one in side.parked if one.id in order.letter_ids]
        side.parked = [one for one in side.parked if one not in still]
        return side.act("release", [one.id for one in still], len(still))

    @inside.post("/letters", dependencies=[conseillers], response_model=None)
    async def letters(looked_for: Named) -> list[FoundLetter]:
        return [found for name, found in side.letters.items() if name == looked_for.named]

    @inside.post("/returned", dependencies=[conseillers])
    async def returned(order: Returned) -> list[ReturnedMark]:
        return side.returned(order)


@asynccontextmanager
async def serving(keys_url: str, port: int) -> AsyncIterator[LettersSide]:
    """It, at a port of this machine."""
    side = LettersSide()
    server = uvicorn.Server(
        uvicorn.Config(application(side, keys_url), host="127.0.0.1", port=port, log_config=None, lifespan="off")
    )
    running = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await until(started)
    yield side
    server.should_exit = True
    await running
