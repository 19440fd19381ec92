"""For the staff's desk alone, at the internal address: whose number, or whose request, is this? (decision 0028)

The answer is ids of persons, never a number or a name. What was asked is kept nowhere.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlmodel import col, select

from registration.models import AccountRequest
from registration.register import people_with_number
from shared.contracts.person_number import NumberError, Situation, canonical_number
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.operations.staff_doors import StaffDoors
from shared.security.assertions import Role, StaffSignedIn
from shared.security.fingerprints import fingerprints
from shared.security.key_ring import KeyRing


class Question(BaseModel):
    """A number of a person, or the reference of a request for an account; both may be asked at once."""

    situation: Situation | None = None
    number: str = Field(default="", max_length=40, repr=False)
    reference: str = Field(default="", max_length=40)


class Persons(BaseModel):
    """Whose it is: several persons may share one NIR (children on a parent's)."""

    person_ids: list[UUID]


def desk_questions(database: Database, fingerprint_keys: KeyRing, doors: StaffDoors) -> APIRouter:
    """The route; by POST, so that no number is in an address."""
    router = APIRouter(include_in_schema=False)
    conseiller = Depends(doors.only(Role.CONSEILLER, Role.RESPONSABLE))

    @router.post("/internal/persons")
    async def persons(question: Question, _: Annotated[StaffSignedIn, conseiller]) -> Persons:
        """Their ids, in no order that says anything."""
        async with database.unit_of_work() as work:
            found = await _numbered(work, fingerprint_keys, question) | await _asked(work, question.reference)
        return Persons(person_ids=sorted(found))

    return router


async def _numbered(work: UnitOfWork, keys: KeyRing, question: Question) -> set[UUID]:
    if question.situation is None:
        return set()
    try:
        canonical = canonical_number(question.situation, question.number)
    except NumberError:
        return set()
    return {person.id for person in await people_with_number(work, fingerprints(keys, canonical))}


async def _asked(work: UnitOfWork, reference: str) -> set[UUID]:
    """Who asked under a reference; nobody when nobody of the register matched."""
    rows = select(AccountRequest.person_id).where(
        col(AccountRequest.reference) == reference.upper().replace("-", ""), col(AccountRequest.person_id).is_not(None)
    )
    return {one for one in (await work.session.scalars(rows)).all() if one} if reference else set()
