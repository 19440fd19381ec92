"""One entry of a timeline, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from member_space.timeline.models import TimelineEntry
from member_space.timeline.words import sentence


@dataclass(frozen=True)
class Moment:
    """``sentence`` is French; ``details`` are ids, codes and dates as JSON."""

    occurred_at: datetime
    kind: str
    sentence: str
    details: dict[str, Any]

    @classmethod
    def of(cls, entry: TimelineEntry) -> "Moment":
        """An entry, told."""
        return cls(entry.occurred_at, entry.kind, sentence(entry.kind, entry.details), entry.details)
