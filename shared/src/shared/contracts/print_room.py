"""What ``letters`` answers to the staff's desk about batches and letters: plain data, ids and codes, never a name or address.

Internal (decision 0029), and read by replicas of another version: fields are only added, codes are open lists.
"""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

LONGEST_REASON = 200
MOST_AT_ONCE = 500
"""Marks that one request records as returned."""


class BatchLine(BaseModel):
    """A batch, as a list shows it. Times are aware."""

    id: UUID
    serial: str
    run: int
    state: str
    """``offered``, ``taken``, ``printed`` (out of the printer, not posted yet), ``posted``, ``refused``."""
    letters: int
    sheets: int
    spoiled: int
    closed_at: datetime
    post_on: date | None
    taken_by: datetime | None
    fetched_at: datetime | None
    taken_at: datetime | None
    printed_at: datetime | None
    ended_at: datetime | None
    """When it was posted or refused."""
    doubt: str = ""
    """A code of ``letters.reconciliation.doubts.Doubt`` for as long as counts do not add up."""
    overdue: str = ""
    """``not-taken``, ``not-posted``: past the time by which it should have been."""


class BatchNoteLine(BaseModel):
    """A line of what happened to a batch."""

    at: datetime
    step: str
    """``offered``, ``fetched``, ``claimed``, ``taken``, ``printed``, ``posted``, ``refused``, ``doubted``, ``settled``."""
    run: int
    said_at: datetime | None = None
    letters: int | None = None
    sheets: int | None = None
    spoiled: int | None = None
    why: str = ""
    """A code, the print shop's words, or the reason that somebody of the staff gave."""
    who: str = ""


class LetterLine(BaseModel):
    """A letter of a batch."""

    id: UUID
    person_id: UUID
    place: int
    mark: str
    state: str
    """``batched``, ``posted``, ``spoiled``: it was of this batch and is made again; ``mark`` and ``place`` are the old ones."""
    purpose: str
    zone: str
    returned_at: datetime | None = None


class BatchPage(BaseModel):
    """All of a batch."""

    batch: BatchLine
    notes: list[BatchNoteLine]
    letters: list[LetterLine]
    """Of a refused batch all are ``spoiled``: they went on to others."""
    reprint_refused: str = ""
    """Why it can't be printed again: ``posted``, ``refused``, ``file-gone``, ``earlier-version``; empty when it can."""


class Promise(BaseModel):
    """The promise of 24 hours of worked days between a request and the mail that its letter has left (design §5)."""

    kept: int
    """Requests of the last 30 days that were told in time."""
    broken: int
    """Those that were told late, or still are not."""
    slowest_seconds: float
    """Worked time of the slowest of them."""
    typical_seconds: float
    """The median."""
    near: list["PromiseLine"]
    """Not told yet, and near the end or past it; the nearest first, 50 at most."""


class PromiseLine(BaseModel):
    """A request that waits for its mail."""

    request_id: UUID
    person_id: UUID
    requested_at: datetime
    due_at: datetime
    step: str
    """``waiting``, ``batched``, ``parked``, ``posted`` (the mail is missing)."""
    broken: bool


class CanaryLine(BaseModel):
    """One test letter to the staff's own address."""

    id: UUID
    mark: str | None
    asked_on: date
    state: str
    posted_at: datetime | None = None
    received_on: date | None = None
    days: int | None = None
    """Calendar days from posting to receipt."""


class Canary(BaseModel):
    """The daily test letter."""

    on: bool
    """Whether one is sent at all: an address is set."""
    letters: list[CanaryLine]
    """Newest first, 30 at most."""
    missing: bool = False
    """One was posted so long ago that it should have arrived, and none that was posted later has."""
    typical_days: float | None = None
    """The median of the last 30 that were received."""


class PrintRoom(BaseModel):
    """How the print room stands, now."""

    waiting: int
    oldest_waiting_since: datetime | None
    batched: int
    parked: int
    doubts: int
    """Batches with a doubt."""
    next_cut_off: datetime
    open: list[BatchLine]
    """Offered, taken or printed, the oldest first; and ended ones with a doubt."""
    ended: list[BatchLine]
    """Posted or refused, the newest first, 20 at most."""
    returned: int
    """Letters that came back in the last 30 days."""
    posted: int
    """Letters that were posted in the last 30 days."""
    promise: Promise
    canary: Canary


class Reason(BaseModel):
    """An act on a batch, and why."""

    reason: str = Field(min_length=1, max_length=LONGEST_REASON)


class Done(BaseModel):
    """What became of an act. ``refused`` is a code, empty when it was done."""

    refused: str = ""
    count: int = 0


class ParkedLetter(BaseModel):
    """A letter that can't be printed: the work list."""

    id: UUID
    person_id: UUID
    requested_at: datetime
    parked_since: datetime
    reason: str
    """``ParkReason``."""
    detail: str
    """A finer code, then ``:`` and the line of the address from 1, where it is one."""
    purpose: str = ""


class Release(BaseModel):
    """Parked letters that are to be tried again, once their cause is gone."""

    letter_ids: list[UUID] = Field(min_length=1, max_length=MOST_AT_ONCE)


class FoundLetter(BaseModel):
    """A letter that was looked for by its mark, or by the reference that it carries."""

    id: UUID
    person_id: UUID
    mark: str | None
    batch_id: UUID | None = None
    serial: str
    """Empty when it is in no batch."""
    place: int | None
    purpose: str = ""
    state: str
    posted_at: datetime | None
    returned_at: datetime | None
    remade: bool = False
    """What was looked for stands on an earlier sheet, spoiled or refused: it opens nothing, and this is what became of
    its letter."""


class Returned(BaseModel):
    """Envelopes that came back, as somebody scanned or typed their marks, and why they did, as the post ticked it."""

    marks: list[str] = Field(min_length=1, max_length=MOST_AT_ONCE)
    reason: str = Field(pattern=r"^(unknown-at-address|incomplete-address|refused|unclaimed|other)$")


class ReturnedMark(BaseModel):
    """What became of one of them."""

    given: str = Field(max_length=60)
    """As it was scanned or typed, cut to 60 signs."""
    outcome: str
    """``recorded``, ``known`` (recorded before), ``not-posted``, ``remade`` (of a sheet that was spoiled or refused),
    ``unknown``, ``mistyped``, ``repeated``."""
    letter_id: UUID | None = None
    person_id: UUID | None = None
    purpose: str = ""
