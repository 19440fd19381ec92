"""One valid assertion, one request: what every signed-in page stands on, a member's or the staff's (decision 0017)."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from fastapi import Request
from starlette.exceptions import HTTPException

from member_space.access.published_keys import KeysUnavailableError, PublishedKeys
from member_space.access.used_assertions import use
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.security.assertions import HEADER, LONGEST, Assertion, AssertionRefusedError
from shared.security.key_ring import decode_key
from shared.web.problems import Problem

Who = TypeVar("Who")
Check = Callable[[str, Mapping[str, Any]], Assertion[Who]]
"""Assertion and key set → what it says of whom this page is for; raises AssertionRefusedError for all others."""


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
        assertion = await _valid(request, check)
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


async def _valid(request: Request, check: Check[Who]) -> Assertion[Who]:
    sent = request.headers.getlist(HEADER)
    if len(sent) != 1:
        raise AssertionRefusedError("none, or several")
    published: PublishedKeys = request.app.state.published_keys
    keys = await published.holding(key_id(sent[0]))
    if keys is None:
        raise AssertionRefusedError("signed by an unknown key")
    return check(sent[0], keys)


def key_id(assertion: str) -> str:
    """The id of the key that an assertion says it is signed by. Says nothing about whether it is.

    Raises:
        AssertionRefusedError: no JWT, or it names no key.
    """
    try:
        kid = json.loads(decode_key(assertion[:LONGEST].partition(".")[0]))["kid"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise AssertionRefusedError("not an assertion") from error
    if not isinstance(kid, str):
        raise AssertionRefusedError("not an assertion")
    return kid
