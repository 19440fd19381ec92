"""Dead letters listed, opened, replayed and dropped for the desk: the code of the command line, its answers plain data."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import BaseModel, Field

from shared.database.engine import Database
from shared.messaging.broker import Broker
from shared.messaging.dead_letters.access import broker_errors, count
from shared.messaging.dead_letters.journal import LONGEST, Account, Entry, NotAccountedForError, read
from shared.messaging.dead_letters.letter import DeadLetter, is_handle
from shared.messaging.dead_letters.looking import find
from shared.messaging.dead_letters.settling import Outcome, Settling
from shared.security.signed_in import StaffSignedIn
from shared.web.problem import Problem

AT_ONCE = 500
"""Letters that one request replays: within the seconds that the desk waits."""
DEEPEST = 10_000
"""Letters that pages reach into: each look takes all before it."""
ACTS = 20
_NAME = 120


@dataclass(frozen=True)
class LetterPage:
    """Some dead letters of a queue, in its order, from ``offset`` on; ``total`` is all of them.

    ``acts``: the newest entries of the journal about this queue, ``ACTS`` at most.
    """

    queue: str
    total: int
    offset: int
    letters: list[DeadLetter]
    acts: list[Entry]


class Order(BaseModel):
    """What is to be done with dead letters, and why. Without handles: the first ``AT_ONCE`` of the queue."""

    action: Literal["replay", "drop"]
    handles: list[str] = Field(default_factory=list, max_length=AT_ONCE)
    reason: str = Field(max_length=LONGEST)


async def page_of(broker: Broker, database: Database, queue: str, offset: int, most: int) -> LetterPage:
    """Raises what ``looking.find`` raises."""
    channel = await broker.channel()
    with broker_errors(queue):
        total = await count(channel, queue)
    letters = await find(broker, (queue,), most=offset + most) if offset < total else []
    return LetterPage(queue, total, offset, letters[offset:], await read(database, ACTS, queue))


async def settle(broker: Broker, database: Database, queue: str, order: Order, who: StaffSignedIn) -> Outcome:
    """Replay or drop; every letter has its row in the journal of this service.

    Raises:
        Problem: 422 without a reason, or for a handle that is none; 404 when nothing is named so.
        BrokerUnavailableError, TopologyError: as ``Settling`` says.
    """
    account = _account(who, order.reason)
    if not all(map(is_handle, order.handles)):
        raise Problem(422)
    chosen = await find(broker, (queue,), order.handles, AT_ONCE)
    if order.handles:
        chosen = _of_one_body_each(chosen, order.handles)
    settling = Settling(broker, database)
    return await (settling.replay if order.action == "replay" else settling.drop)(chosen, account)


def _of_one_body_each(found: Sequence[DeadLetter], handles: Sequence[str]) -> list[DeadLetter]:
    for handle in handles:
        named = {letter.sha256 for letter in found if letter.is_named(handle)}
        if not named:
            raise Problem(404)
        if len(named) > 1 and not any(handle.lower() == str(letter.id) for letter in found):
            raise Problem(422)
    return list(found)


def _account(who: StaffSignedIn, reason: str) -> Account:
    """Name and id: two people may have one name, and an account may be renamed."""
    name = "".join(sign if sign.isprintable() else " " for sign in who.name)[:_NAME]
    try:
        return Account(f"{name} ({who.staff_id})", reason)
    except NotAccountedForError:
        raise Problem(422) from None
