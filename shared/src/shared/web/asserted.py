"""What the assertion of a request says, checked with the keys that ``activation`` publishes."""

import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from starlette.requests import Request

from shared.security.assertions import HEADER, LONGEST, Assertion, AssertionRefusedError
from shared.security.key_ring import decode_key
from shared.web.published_keys import PublishedKeys

Who = TypeVar("Who")
Check = Callable[[str, Mapping[str, Any]], Assertion[Who]]
"""Assertion and key set → what it says of whom this is for; raises AssertionRefusedError for all others."""


async def asserted(request: Request, published: PublishedKeys, check: Check[Who]) -> Assertion[Who]:
    """A request's valid assertion. Whether it was used before is not known here.

    Raises:
        AssertionRefusedError: none, several, or not a valid one of this kind.
        KeysUnavailableError: it can't be checked now.
    """
    sent = request.headers.getlist(HEADER)
    if len(sent) != 1:
        raise AssertionRefusedError("none, or several")
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
