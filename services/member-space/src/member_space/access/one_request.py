"""One valid assertion, one request: what every signed-in page stands on, a member's or the staff's (decision 0017)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.exceptions import HTTPException

from member_space.access.used_assertions import use
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.security.assertions import AssertionRefusedError
from shared.web.asserted import Check, Who, asserted
from shared.web.problems import Problem
from shared.web.published_keys import KeysUnavailableError


@asynccontextmanager
async def admitted(request: Request, check: Check[Who]) -> AsyncIterator[tuple[Who, UnitOfWork]]:
    """Who is signed in, and the unit of work that is committed before the answer leaves.

    A request that fails leaves its assertion unused: the gateway sends a GET whose connection broke to the next replica.
    One that is refused has used it, and has done nothing else.

    Raises:
        Problem: 401 without a valid assertion of this kind, or with one that was used; 503 when it can't be checked.
    """
    database: Database = request.app.state.database
    try:
        assertion = await asserted(request, request.app.state.published_keys, check)
    except AssertionRefusedError:
        raise Problem(401) from None
    except KeysUnavailableError:
        raise Problem(503, headers={"Retry-After": "5"}) from None
    refused: HTTPException | Problem | None = None
    async with database.unit_of_work() as work:
        if not await use(work, assertion):
            raise Problem(401)
        try:
            async with work.session.begin_nested():
                yield assertion.who, work
        except (HTTPException, Problem) as error:
            if (error.status_code if isinstance(error, HTTPException) else error.status) >= 500:
                raise
            refused = error
    if refused is not None:
        raise refused
