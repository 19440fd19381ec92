"""``letters returned FILE REASON``: a file of marks, as a scanner or the post's own list has them."""

from collections import Counter
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from letters.returns.recording import record
from letters.settings import Settings
from shared.command_work import in_one_unit
from shared.contracts.print_room import ReturnedMark
from shared.settings import load_settings

_DONE = {"recorded", "known", "repeated"}


class Why(StrEnum):
    """As the post ticked it: codes of ``LetterReturned``."""

    UNKNOWN_AT_ADDRESS = "unknown-at-address"
    INCOMPLETE_ADDRESS = "incomplete-address"
    REFUSED = "refused"
    UNCLAIMED = "unclaimed"
    OTHER = "other"


def add_returned_command(commands: typer.Typer) -> None:
    """Add the verb."""

    @commands.command()
    def returned(
        file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)], reason: Why
    ) -> None:
        """Record the letters whose marks are in FILE, one a line, as returned by the post. Safe to repeat.

        Exit status 1 when some could not be recorded: they are listed, with why.
        """
        record_all = partial(record, marks=marks_in(file), reason=reason.value)
        told: list[ReturnedMark] = in_one_unit(load_settings(Settings), "letters", "returned", record_all)
        failed = [one for one in told if one.outcome not in _DONE]
        for one in failed:
            typer.echo(f"{one.outcome:<12}{one.given}")
        counts = Counter(one.outcome for one in told).most_common()
        typer.echo(", ".join(f"{count} {outcome}" for outcome, count in counts) or "no mark in the file")
        raise typer.Exit(1 if failed else 0)


def marks_in(file: Path) -> list[str]:
    """The lines that are not blank; of a table, the first column."""
    lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    return [first for line in lines if (first := line.replace(";", ",").partition(",")[0].strip())]
