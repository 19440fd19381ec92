"""Listing, finding and showing dead letters: nothing is changed. Plain data, for a command line or a page."""

from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from shared.messaging.broker import Broker
from shared.messaging.dead_letters.box import MOST, open_box
from shared.messaging.dead_letters.letter import DeadLetter, OpenedLetter, names_one, open_letter, read_letter


@dataclass(frozen=True)
class Summary:
    """The dead letters of one queue."""

    queue: str
    count: int
    looked_at: int
    """Fewer than ``count`` when more are there than were asked for."""
    oldest: datetime | None
    """When the first of them failed first."""
    reasons: tuple[tuple[str, int], ...]
    """Each reason with its number, the most frequent first."""


async def summaries(broker: Broker, queues: Iterable[str], most: int = MOST) -> list[Summary]:
    """Every queue with its dead letters, empty ones too; the first ``most`` of each are looked at.

    Raises:
        BrokerUnavailableError: the broker can't be reached, or was lost meanwhile.
        TopologyError: its definitions are older than this code.
    """
    return [await _summary(broker, queue, most) for queue in queues]


async def find(
    broker: Broker, queues: Iterable[str], handles: Collection[str] = (), most: int = MOST
) -> list[DeadLetter]:
    """The first ``most`` letters of each queue; with handles, those that they name.

    No queue is looked at further than the first letter of each handle that names one alone: what comes after it is not
    held up. A copy that lies deeper is found when the first is gone. Raises as ``summaries`` does.
    """
    found = []
    for queue in queues:
        sought = set(handles)
        async with open_box(broker, queue) as box, aclosing(box.look(MOST if handles else most)) as messages:
            async for message in messages:
                letter = read_letter(queue, message)
                named = {handle for handle in sought if letter.is_named(handle)}
                if named or not handles:
                    found.append(letter)
                sought -= {handle for handle in named if names_one(handle)}
                if handles and not sought:
                    break
    return found


async def show(broker: Broker, queues: Iterable[str], handle: str) -> list[OpenedLetter]:
    """The letters that a handle names, opened and masked; equal copies come once. Looks as far as ``find`` does.

    Raises as ``summaries`` does.
    """
    found: dict[tuple[str, str], OpenedLetter] = {}
    for queue in queues:
        async with open_box(broker, queue) as box, aclosing(box.look()) as messages:
            async for message in messages:
                letter = read_letter(queue, message)
                if letter.is_named(handle):
                    found[queue, letter.sha256] = open_letter(queue, message)
                    if names_one(handle):
                        break
    return list(found.values())


async def _summary(broker: Broker, queue: str, most: int) -> Summary:
    async with open_box(broker, queue) as box:
        letters = [read_letter(queue, message) async for message in box.look(most)]
        times = [letter.first_failed_at for letter in letters if letter.first_failed_at]
        reasons = Counter(letter.reason for letter in letters).most_common()
        return Summary(queue, box.ready, len(letters), min(times, default=None), tuple(reasons))
