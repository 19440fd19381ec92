"""One entry of a timeline, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from member_space.timeline.links import path
from member_space.timeline.models import TimelineEntry
from member_space.timeline.words import sentence


@dataclass(frozen=True)
class Moment:
    """``sentence`` is French; ``details`` are ids, codes and dates as JSON; ``path`` as ``links.path``."""

    occurred_at: datetime
    kind: str
    sentence: str
    details: dict[str, Any]
    path: str = ""

    @classmethod
    def of(cls, entry: TimelineEntry) -> "Moment":
        """An entry, told."""
        kind, details = entry.kind, entry.details
        return cls(entry.occurred_at, kind, sentence(kind, details), details, path(kind, details))
