"""Where a page of a long list begins: at which line. A line has its place by its time, then by its id.

See ``reimbursements.cursor`` for why not by number.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

_TEXT = re.compile(r"(\d{1,17})-([0-9a-f]{32})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Place:
    """Of one line."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        """Microseconds since 1970, and the id."""
        return f"{(self.at - _EPOCH) // _MICROSECOND}-{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> "Place | None":
        """What ``str`` wrote; None for anything else."""
        found = _TEXT.fullmatch(text)
        try:
            return cls(_EPOCH + int(found[1]) * _MICROSECOND, UUID(found[2])) if found else None
        except (ValueError, OverflowError):
            return None
