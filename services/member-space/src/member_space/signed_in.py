"""Who is signed in: only what a signed assertion of ``activation`` says, never a bare header (design §2)."""

import json
from typing import Annotated

from fastapi import Depends, Request

from member_space.published_keys import KeysUnavailableError, PublishedKeys
from shared.security.assertions import HEADER, AssertionRefusedError, SignedIn, verify
from shared.security.key_ring import decode_key
from shared.web.problems import Problem

AUDIENCE = "member-space"


async def signed_in(request: Request) -> SignedIn:
    """The person of the request.

    Raises:
        Problem: 401 without a valid assertion for this service; 503 when it can't be checked.
    """
    assertion = request.headers.get(HEADER, "")
    published: PublishedKeys = request.app.state.published_keys
    try:
        keys = await published.holding(key_id(assertion))
        if keys is None:
            raise AssertionRefusedError("signed by an unknown key")
        return verify(assertion, keys, AUDIENCE)
    except AssertionRefusedError:
        raise Problem(401) from None
    except KeysUnavailableError:
        raise Problem(503, headers={"Retry-After": "5"}) from None


Person = Annotated[SignedIn, Depends(signed_in)]
"""Parameter of every route that shows something of a person."""


def key_id(assertion: str) -> str:
    """The id of the key that an assertion says it is signed by. Says nothing about whether it is.

    Raises:
        AssertionRefusedError: no JWT, or it names no key.
    """
    try:
        kid = json.loads(decode_key(assertion.partition(".")[0]))["kid"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise AssertionRefusedError("not an assertion") from error
    if not isinstance(kid, str):
        raise AssertionRefusedError("not an assertion")
    return kid
