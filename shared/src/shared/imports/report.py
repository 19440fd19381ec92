"""The report of refused lines: a CSV that a spreadsheet opens, without any value of the refused lines."""

import csv
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Self

from shared.imports.row import Refusal

COLUMNS = ("ligne", "colonne", "motif")


class Report:
    """Writes refusals as they come, and counts them by reason. A context manager; truncates an earlier report."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.refused_lines = 0
        self.past_lines = 0
        """Left out, for what they say is past its term."""
        self.withdrawn_rows = 0
        self.reasons: Counter[tuple[str, str]] = Counter()
        # spreadsheets take UTF-8 for it only with the mark, and « ; » in France
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, delimiter=";")
        self._writer.writerow(COLUMNS)

    def add(self, refusals: list[Refusal]) -> None:
        """Everything that is wrong with one line."""
        self.refused_lines += 1
        for refusal in refusals:
            self._writer.writerow((refusal.line, refusal.column, refusal.reason))
            self.reasons[refusal.column, refusal.reason] += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()
