"""Where a page of a long list begins: after which line, or before which. Pages by place, not by number, cost the same at the
ten-thousandth line as at the first, and don't shift when a new line arrives."""

import re
from dataclasses import dataclass
from datetime import date

from member_space.reimbursements.models import Reimbursement

_TEXT = re.compile(r"(\d{4})(\d{2})(\d{2})-([A-Za-z0-9-]{1,40})", re.ASCII)


@dataclass(frozen=True)
class Cursor:
    """A line's place in the order of payment: day, then number."""

    paid_on: date
    number: str

    def __str__(self) -> str:
        # not by strftime, which leaves years before 1000 unpadded
        return f"{self.paid_on.isoformat().replace('-', '')}-{self.number}"

    @classmethod
    def of(cls, line: Reimbursement) -> "Cursor":
        """The place of a line."""
        return cls(line.paid_on, line.number)

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """What ``str`` wrote; None for anything else."""
        found = _TEXT.fullmatch(text)
        try:
            return cls(date(int(found[1]), int(found[2]), int(found[3])), found[4]) if found else None
        except ValueError:
            return None
