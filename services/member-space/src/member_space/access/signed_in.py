"""Who is signed in: only what a signed assertion of ``activation`` says, once, never a bare header (design §2)."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.exceptions import HTTPException

from member_space.access.published_keys import KeysUnavailableError, PublishedKeys
from member_space.access.used_assertions import use
from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.security.assertions import HEADER, LONGEST, Assertion, AssertionRefusedError, SignedIn, verify
from shared.security.key_ring import decode_key
from shared.web.problems import Problem

AUDIENCE = "member-space"


@dataclass(frozen=True)
class Visit:
    """A request of someone who is signed in, and its unit of work: what it does and the use of its assertion are one."""

    who: SignedIn
    work: UnitOfWork


async def visit(request: Request) -> AsyncIterator[Visit]:
    """The person of the request, and the unit of work that is committed before the answer leaves.

    A request that fails leaves its assertion unused: the gateway sends a GET whose connection broke to the next replica.
    One that is refused has used it, and has done nothing else.

    Raises:
        Problem: 401 without a valid assertion for this service, or with one that was used; 503 when it can't be checked.
    """
    database: Database = request.app.state.database
    try:
        assertion = await _valid(request)
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
                yield Visit(assertion.who, work)
        except (HTTPException, Problem) as error:
            if (error.status_code if isinstance(error, HTTPException) else error.status) >= 500:
                raise
            refused = error
    if refused is not None:
        raise refused


# ended with the route, not after the answer: nobody sees what is not committed
SignedInVisit = Annotated[Visit, Depends(visit, scope="function")]
"""Parameter of every route that shows something of a person."""


async def _valid(request: Request) -> Assertion:
    sent = request.headers.getlist(HEADER)
    if len(sent) != 1:
        raise AssertionRefusedError("none, or several")
    published: PublishedKeys = request.app.state.published_keys
    keys = await published.holding(key_id(sent[0]))
    if keys is None:
        raise AssertionRefusedError("signed by an unknown key")
    return verify(sent[0], keys, AUDIENCE)


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
