"""Questions that only ``registration`` can answer: whose number or reference is this? (decision 0028)"""

from uuid import UUID

from fastapi import Request

from member_space.persons.typed import Typed


class NotNowError(Exception):
    """``registration`` does not answer now."""


async def numbered(request: Request, typed: Typed) -> frozenset[UUID]:
    """Whose number was typed.

    Raises:
        NotNowError: it can't be known now.
    """
    return frozenset()
