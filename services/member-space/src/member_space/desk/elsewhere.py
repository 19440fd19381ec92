"""Questions that only ``registration`` can answer: whose number or reference is this? (decision 0028)"""

from uuid import UUID

from fastapi import Request
from pydantic import BaseModel

from member_space.operations.asking import AwayError, RefusedError, services_of
from member_space.persons.typed import Typed


class NotNowError(Exception):
    """``registration`` does not answer now."""


class Persons(BaseModel):
    """Its answer."""

    person_ids: frozenset[UUID]


async def numbered(request: Request, typed: Typed) -> frozenset[UUID]:
    """Whose number, or whose request for an account, was typed. The number goes there and is kept nowhere.

    Raises:
        NotNowError: it can't be known now.
    """
    if typed.number is None and not typed.code:
        return frozenset()
    situation, number = typed.number or (None, "")
    question = {"situation": situation, "number": number, "reference": typed.code}
    try:
        answer: Persons = await services_of(request).ask(
            request, "registration", "/internal/persons", Persons, question
        )
    except (AwayError, RefusedError) as error:
        raise NotNowError from error
    return answer.person_ids
