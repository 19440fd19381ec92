"""What a list of reimbursements is narrowed to, as an address says it and as people read it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from member_space.reimbursements.kinds import KINDS

RECENT = {"3-mois": ("3 derniers mois", 91), "12-mois": ("12 derniers mois", 365)}
"""Period in an address → words, and days back from today."""


@dataclass(frozen=True)
class Filters:
    """Empty: everything. ``beneficiary`` is a first name of the export, ``period`` a key of ``RECENT`` or a year."""

    beneficiary: str = ""
    period: str = ""
    kind: str = ""

    @property
    def query(self) -> str:
        """``?beneficiaire=…&…`` without what is empty; may be empty."""
        given = urlencode({name: value for name, value in self._named() if value})
        return f"?{given}" if given else ""

    def with_query(self, **more: str) -> str:
        """The same with more parameters."""
        given = urlencode({name: value for name, value in (*self._named(), *more.items()) if value})
        return f"?{given}" if given else ""

    def days(self, today: date) -> tuple[date | None, date | None]:
        """First and last day of payment; None: without limit."""
        if self.period in RECENT:
            return today - timedelta(days=RECENT[self.period][1]), None
        if self.period:
            return date(int(self.period), 1, 1), date(int(self.period), 12, 31)
        return None, None

    def chips(self) -> list[tuple[str, str]]:
        """What is set, in words, and the query of the list without it."""
        words = (
            ("beneficiary", self.beneficiary),
            ("period", RECENT[self.period][0] if self.period in RECENT else self.period),
            ("kind", KINDS.get(self.kind, "")),
        )
        return [(word, replace(self, **{name: ""}).query) for name, word in words if word]

    def _named(self) -> tuple[tuple[str, str], ...]:
        return ("beneficiaire", self.beneficiary), ("periode", self.period), ("nature", self.kind)


@dataclass(frozen=True)
class Choices:
    """What a person's own reimbursements can be narrowed by. Years newest first."""

    beneficiaries: Sequence[str] = ()
    years: Sequence[int] = ()

    def read(self, asked: Mapping[str, str]) -> Filters:
        """The filters of an address; what is no choice of this person's counts as not asked."""
        beneficiary, period, kind = (asked.get(name, "") for name in ("beneficiaire", "periode", "nature"))
        return Filters(
            beneficiary if beneficiary in self.beneficiaries else "",
            period if period in RECENT or period in map(str, self.years) else "",
            kind if kind in KINDS else "",
        )

    @property
    def periods(self) -> list[tuple[str, str]]:
        """Value and words, for a select."""
        return [(key, words) for key, (words, _) in RECENT.items()] + [(str(year), str(year)) for year in self.years]
