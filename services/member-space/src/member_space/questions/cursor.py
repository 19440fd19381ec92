"""Where a page of a list of questions (or of cases) begins: after which one. See ``reimbursements.cursor`` for why not by
number."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

_TEXT = re.compile(r"(\d{20})-([0-9a-f]{32})", re.ASCII)
_FORM = "%Y%m%d%H%M%S%f"


@dataclass(frozen=True)
class Cursor:
    """A moment, to the microsecond, and the id of what happened then."""

    at: datetime
    id: UUID

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).strftime(_FORM)}-{self.id.hex}"

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """What ``str`` wrote; None for anything else."""
        found = _TEXT.fullmatch(text)
        try:
            return cls(datetime.strptime(found[1], _FORM).replace(tzinfo=UTC), UUID(found[2])) if found else None
        except ValueError:
            return None
