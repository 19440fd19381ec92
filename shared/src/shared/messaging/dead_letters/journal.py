"""The journal of what people did with dead letters, in the service's own database: append-only, without message bodies.

A row is ``begun`` before anything happens to the message and ``done`` after all of it did; what stays ``begun`` was
interrupted, and its message may have been replayed or dropped all the same. ``refused``: the broker would not take it,
or it is another service's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update

from shared.database.engine import Database
from shared.database.unit_of_work import UnitOfWork
from shared.messaging.dead_letters.letter import DeadLetter
from shared.messaging.tables import dead_letter_journal

KEEP = timedelta(days=366)
"""Design §5, *retention*: logs 12 months."""
LONGEST = 500
"""Characters of a reason, and of the failure's."""

Action = Literal["replay", "drop"]
State = Literal["begun", "done", "refused"]


def is_one_line(text: str) -> bool:
    """Whether it is printable and on one line; French has spaces that don't break before its colons and in its numbers."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").isprintable()


class NotAccountedForError(ValueError):
    """Nobody or no reason was given."""


@dataclass(frozen=True)
class Account:
    """Who does something with dead letters, and why. The reason is kept: it names no member.

    Raises:
        NotAccountedForError: an empty name or reason, or one that is too long.
    """

    who: str
    reason: str

    def __post_init__(self) -> None:
        for name, value in (("name", self.who), ("reason", self.reason)):
            if not value.strip():
                raise NotAccountedForError(f"a {name} is needed")
            if len(value) > LONGEST or not is_one_line(value):
                raise NotAccountedForError(f"the {name} must be one line of at most {LONGEST} characters")


@dataclass(frozen=True)
class Entry:
    """One row of the journal."""

    id: UUID
    at: datetime
    who: str
    action: Action
    reason: str
    queue: str
    message_id: str | None
    type: str | None
    body_sha256: str
    failure: str
    state: State
    ended_at: datetime | None


async def begin(work: UnitOfWork, action: Action, account: Account, letters: Sequence[DeadLetter]) -> list[UUID]:
    """Write down what is about to be done with letters; returns the rows' ids in the same order. Old rows are forgotten."""
    rows = [
        {
            "id": uuid4(), "at": work.now, "who": account.who.strip(), "action": action, "reason": account.reason.strip(),
            "queue": letter.queue, "message_id": str(letter.id) if letter.id else None, "type": letter.type,
            "body_sha256": letter.sha256, "failure": letter.reason[:LONGEST], "state": "begun",
        }
        for letter in letters
    ]  # fmt: skip
    await work.session.execute(delete(dead_letter_journal).where(dead_letter_journal.c.at < work.now - KEEP))
    await work.session.execute(dead_letter_journal.insert(), rows)
    return [row["id"] for row in rows if isinstance(row["id"], UUID)]


async def end(work: UnitOfWork, ids: Sequence[UUID], state: Literal["done", "refused"]) -> None:
    """Write down how it ended."""
    rows = dead_letter_journal.c
    await work.session.execute(
        update(dead_letter_journal)
        .where(rows.id.in_(ids), rows.state == "begun")
        .values(state=state, ended_at=work.now)
    )


async def read(database: Database, most: int, queue: str = "") -> list[Entry]:
    """The newest entries first; of one queue where it is given."""
    newest = select(dead_letter_journal).order_by(dead_letter_journal.c.at.desc(), dead_letter_journal.c.id).limit(most)
    if queue:
        newest = newest.where(dead_letter_journal.c.queue == queue)
    async with database.unit_of_work() as work:
        return [Entry(**row) for row in (await work.session.execute(newest)).mappings()]
