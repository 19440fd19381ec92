"""Which member is signed in: only what a signed assertion of ``activation`` says, once, never a bare header (design §2)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from fastapi import Depends, Request

from member_space.access.one_request import admitted
from shared.database.unit_of_work import UnitOfWork
from shared.security.assertions import SignedIn, verify

AUDIENCE = "member-space"


@dataclass(frozen=True)
class Visit:
    """A request of someone who is signed in, and its unit of work: what it does and the use of its assertion are one."""

    who: SignedIn
    work: UnitOfWork


async def visit(request: Request) -> AsyncIterator[Visit]:
    """The person of the request, and the unit of work that is committed before the answer leaves.

    Raises:
        Problem: 401 without a valid assertion for this service, or with one that was used; 503 when it can't be checked.
    """
    async with admitted(request, partial(verify, audience=AUDIENCE)) as (who, work):
        yield Visit(who, work)


# ended with the route, not after the answer: nobody sees what is not committed
SignedInVisit = Annotated[Visit, Depends(visit, scope="function")]
"""Parameter of every route that shows something of a person."""
