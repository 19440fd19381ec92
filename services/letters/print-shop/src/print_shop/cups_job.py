"""What CUPS says of a job."""

from dataclasses import dataclass
from typing import Literal

from print_shop.ipp import Group, JobState
from print_shop.seen import Seen
from print_shop.words import fr, number, sheets

ASKED = (
    "job-id", "job-name", "job-state", "job-state-reasons", "job-printer-state-message", "time-at-processing",
    "job-media-sheets-completed", "job-impressions-completed",
)  # fmt: skip
_ENDS: dict[JobState, Literal["terminé", "annulé", "abandonné"]] = {
    JobState.COMPLETED: "terminé",
    JobState.CANCELED: "annulé",
    JobState.ABORTED: "abandonné",
}


@dataclass(frozen=True)
class Job:
    """A job as its attributes say it (RFC 8011 §5.3)."""

    attributes: Group

    @property
    def id(self) -> int:
        """Its number."""
        return self._number("job-id")

    @property
    def name(self) -> str:
        """As we named it."""
        return self._text("job-name")

    @property
    def state(self) -> JobState:
        """Where it is."""
        return JobState(self._number("job-state"))

    @property
    def is_sound(self) -> bool:
        """Whether its state is one."""
        return self._number("job-state") in set(JobState)

    @property
    def waits_for_printer(self) -> bool:
        """Its turn has not come."""
        return self.state in {JobState.PENDING, JobState.STOPPED}

    @property
    def has_ended(self) -> bool:
        """Nothing more comes out of the printer."""
        return self.state in _ENDS

    @property
    def waits_for_document(self) -> bool:
        """Created, and given nothing to print. CUPS tells no number of documents that could be relied upon."""
        return self.state is JobState.HELD and "job-incoming" in self.attributes.get("job-state-reasons", [])

    @property
    def began(self) -> bool:
        """Whether it was ever at the printer."""
        return self._number("time-at-processing") > 0

    @property
    def sheets(self) -> int:
        """Counted by the printer or its filters so far; 0 when they don't count. One side, one copy: a page is a sheet."""
        return self._number("job-media-sheets-completed") or self._number("job-impressions-completed")

    @property
    def message(self) -> str:
        """What the printer says while it works."""
        return self._text("job-printer-state-message")

    def seen(self, where: str, due: int) -> Seen:
        """What that means for a print of ``due`` sheets."""
        if not self.has_ended:
            return Seen("printing", self.sheets)
        if self.state is JobState.COMPLETED and self.sheets == due:
            return Seen("printed", due)
        counted = f"{sheets(self.sheets)} au lieu de {number(due)}"
        if self.state is JobState.COMPLETED and not self.sheets:
            counted = "mais l’imprimante n’a pas compté les feuilles"
        elif not self.began:
            counted = "avant la première feuille"
        return Seen("unknown", self.sheets, fr(f"{where} : {_ENDS[self.state]}, {counted}"))

    def _number(self, name: str) -> int:
        first = self.attributes.get(name, [0])[0]
        return first if isinstance(first, int) else 0

    def _text(self, name: str) -> str:
        first = self.attributes.get(name, [""])[0]
        return first if isinstance(first, str) else ""
