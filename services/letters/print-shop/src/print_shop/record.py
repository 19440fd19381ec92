"""What the journal says of one batch, and how far that is."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from print_shop.steps import AS_BEFORE, STATES, TOLD_STEPS, UNDOES, Line, State, Step
from print_shop.tickets import Ticket


@dataclass
class Record:
    """One batch."""

    batch_id: UUID
    serial: str
    run: int
    at: dict[Step, datetime] = field(default_factory=dict)
    reason: str = ""
    """Of the refusal, or of the doubt."""
    letters: int = 0
    sheets: int = 0
    printed_sheets: int = 0
    spoiled: tuple[UUID, ...] = ()
    ticket: Ticket | None = None
    reprints: int = 0
    """Prints that were asked for with a reason, beyond the first."""
    reprint: bool = False
    """Another worker may have printed an earlier run."""
    since: datetime | None = None

    @classmethod
    def of(cls, line: Line) -> "Record":
        """A batch that begins with this line."""
        return cls(line.batch_id, line.serial, line.run)

    def note(self, line: Line) -> None:
        """Take in one more line; what was told of an earlier run says nothing about this one."""
        if line.step in TOLD_STEPS and line.run < self.run:
            return
        for undone in UNDOES.get(line.step, ()):
            self.at.pop(undone, None)
        self.at.setdefault(line.step, line.at)
        self.run, self.since = max(self.run, line.run), line.at
        if line.who is None and line.step in AS_BEFORE:
            self.at.setdefault(AS_BEFORE[line.step], line.at)
        self._note_facts(line)

    def _note_facts(self, line: Line) -> None:
        match line.step:
            case Step.SPOOLED | Step.RENEWED:
                self.letters, self.sheets = line.letters or self.letters, line.sheets or self.sheets
                self.reprint = self.reprint or (line.step is Step.SPOOLED and line.reprint)
            case Step.PRINTING:
                self.ticket, self.reprints = line.ticket, self.reprints + bool(line.reason)
            case Step.PRINTED:
                self.printed_sheets = line.sheets or 0
            case Step.POSTED:
                self.spoiled = line.spoiled
            case Step.REFUSED | Step.IN_DOUBT:
                self.reason = line.reason

    @property
    def state(self) -> State:
        """Where it stands."""
        for step, state in STATES:
            if step in self.at:
                return state
        return State.OFFERED

    @property
    def ended(self) -> bool:
        """Posted or refused, and told so; or left to others."""
        return Step.END_TOLD in self.at or Step.LEFT in self.at
