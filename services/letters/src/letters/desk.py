"""The print room for the staff's desk, at the internal address alone (decision 0029): ids and codes, never a name."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from letters.batches.closing import ClosingRules
from letters.canary import measuring
from letters.models import PrintBatchRow
from letters.parked import release_letters, work_list
from letters.print_room import batch_page, print_room
from letters.reconciliation.runs import reprint, settle
from letters.returns.finding import found
from letters.returns.recording import record
from shared.contracts.print_room import (
    BatchPage,
    Done,
    FoundLetter,
    ParkedLetter,
    PrintRoom,
    Reason,
    Release,
    Returned,
    ReturnedMark,
)
from shared.contracts.working_days import WorkingDays
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.operations.staff_doors import StaffDoors
from shared.security.assertions import Role, StaffSignedIn
from shared.security.key_ring import KeyRing
from shared.web.problem import Problem


class Receipt(BaseModel):
    """The day on which a canary letter arrived."""

    received_on: date


class Name(BaseModel):
    """A mark or a reference. By POST, as everything that somebody typed."""

    named: str = Field(max_length=80)


@dataclass(frozen=True)
class Desk:
    """What the routes need. ``canary``: whether a test letter is sent at all."""

    database: Database
    doors: StaffDoors
    rules: ClosingRules
    keys: KeyRing
    shop_days: WorkingDays
    canary: bool

    def router(self) -> APIRouter:
        """All of them."""
        router = APIRouter(prefix="/internal/print-room", include_in_schema=False)
        self._add_batches(router)
        self._add_letters(router)
        return router

    def _add_batches(self, router: APIRouter) -> None:
        everybody = Depends(self.doors.only(*Role))
        who_acts = Depends(self.doors.only(Role.RESPONSABLE, Role.EXPLOITATION))

        @router.get("", dependencies=[everybody])
        async def state() -> PrintRoom:
            async with self.database.unit_of_work() as work:
                return await print_room(work, self.rules, self.shop_days, canary=self.canary)

        @router.get("/batches/{batch_id}", dependencies=[everybody])
        async def batch(batch_id: UUID) -> BatchPage:
            async with self.database.unit_of_work() as work:
                page = await batch_page(work, batch_id)
            if page is None:
                raise Problem(404)
            return page

        @router.post("/batches/{batch_id}/reprint")
        async def print_again(batch_id: UUID, why: Reason, who: Annotated[StaffSignedIn, who_acts]) -> Done:
            async with self.database.unit_of_work() as work:
                row = await _locked(work, batch_id)
                by = self.rules.taken_by(work.now)
                return Done(refused=await reprint(row, work, self.keys, by, why.reason, _named(who)))

        @router.post("/batches/{batch_id}/settle")
        async def settle_doubt(batch_id: UUID, why: Reason, who: Annotated[StaffSignedIn, who_acts]) -> Done:
            async with self.database.unit_of_work() as work:
                return Done(refused=settle(await _locked(work, batch_id), work, why.reason, _named(who)))

        @router.post("/canary/{letter_id}/received")
        async def received(letter_id: UUID, receipt: Receipt, who: Annotated[StaffSignedIn, everybody]) -> Done:
            async with self.database.unit_of_work() as work:
                return Done(refused=await measuring.confirm(work, letter_id, receipt.received_on, _named(who)))

    def _add_letters(self, router: APIRouter) -> None:
        who_knows_members = Depends(self.doors.only(Role.CONSEILLER, Role.RESPONSABLE))

        @router.get("/parked", dependencies=[who_knows_members])
        async def parked() -> list[ParkedLetter]:
            async with self.database.unit_of_work() as work:
                return await work_list(work)

        @router.post("/parked/release", dependencies=[who_knows_members])
        async def release(order: Release) -> Done:
            async with self.database.unit_of_work() as work:
                return Done(count=await release_letters(work, order.letter_ids))

        @router.post("/letters", dependencies=[who_knows_members])
        async def letters(looked_for: Name) -> list[FoundLetter]:
            async with self.database.unit_of_work() as work:
                return await found(work, looked_for.named)

        @router.post("/returned", dependencies=[who_knows_members])
        async def returned(envelopes: Returned) -> list[ReturnedMark]:
            async with self.database.unit_of_work() as work:
                return await record(work, envelopes.marks, envelopes.reason)


async def _locked(work: UnitOfWork, batch_id: UUID) -> PrintBatchRow:
    row = await work.session.get(PrintBatchRow, batch_id, with_for_update=True)
    if row is None:
        raise Problem(404)
    return row


def _named(who: StaffSignedIn) -> str:
    """Name and id: two people may have one name, and an account may be renamed."""
    return f"{''.join(sign if sign.isprintable() else ' ' for sign in who.name)[:120]} ({who.staff_id})"
