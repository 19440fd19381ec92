"""An import from the command line: progress bar, summary in French, exit status."""

import asyncio
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from shared.database.engine import Database
from shared.imports.failures import FileRefusedError
from shared.imports.report import Report
from shared.imports.row import Row
from shared.imports.run import Import, Progress, import_file

ALL_LOADED, SOME_REFUSED, NOT_DONE = 0, 1, 2


class _OnBar(Progress):
    def __init__(self, bar: Bar, task: TaskID) -> None:
        self._bar, self._task, self.line = bar, task, 0

    def at(self, position: int, line: int) -> None:
        self.line = line
        self._bar.update(self._task, completed=position)


@contextmanager
def _bar(path: Path, console: Console) -> Iterator[_OnBar]:
    """A bar by bytes; nothing on what is no terminal, where the summary is enough."""
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Bar(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        yield _OnBar(bar, bar.add_task(path.name, total=path.stat().st_size))


def run_import(
    what: Import[Row],
    path: Path,
    database_url: str,
    report_path: Path | None,
    name: str,
    kept_from: date | None = None,
) -> int:
    """Import a file, tell what was done, and return the exit status.

    ``kept_from``: what ended before that day is left out, where ``what`` says when something ended.
    0: every line is loaded. 1: some are refused, see the report. 2: the file is refused, or the import was interrupted
    and may be run again. An exception's text may quote a line: only its type is shown.
    """
    out, err = Console(highlight=False, markup=False), Console(file=sys.stderr, highlight=False, markup=False)
    where = report_path or path.with_name(f"{path.stem}.lignes-refusees.csv")
    line = 0
    try:
        # outside the bar: a missing file has no size
        if not path.is_file():
            raise FileRefusedError("Ce fichier n’existe pas.")
        with Report(where) as report, _bar(path, Console(file=sys.stderr)) as progress:
            try:
                loaded = asyncio.run(_import(what, path, database_url, report, progress, name, kept_from))
            finally:
                line = progress.line
    except FileRefusedError as error:
        err.print(f"{path.name} : {error} Rien n’est importé.", soft_wrap=True)
        return NOT_DONE
    except (Exception, KeyboardInterrupt) as error:
        err.print(
            f"{path.name} : import interrompu vers la ligne {line} ({type(error).__name__}). "
            "Ce qui est enregistré le reste ; relancez la même commande.",
            soft_wrap=True,
        )
        return NOT_DONE
    _tell(out, path, loaded, report)
    return SOME_REFUSED if report.refused_lines else ALL_LOADED


async def _import(
    what: Import[Row],
    path: Path,
    database_url: str,
    report: Report,
    progress: Progress,
    name: str,
    kept_from: date | None,
) -> int:
    database = Database(database_url, f"{name}: import")
    # what the program itself is made of need not be searched for garbage again and again, as so many rows come and go
    gc.freeze()
    try:
        return await import_file(what, path, database, report, progress, kept_from)
    finally:
        gc.unfreeze()
        await database.close()


def _tell(out: Console, path: Path, loaded: int, report: Report) -> None:
    told = [f"lignes importées {loaded}", f"lignes refusées {report.refused_lines}"]
    if report.withdrawn_rows:
        told.append(f"lignes retirées {report.withdrawn_rows}")
    if report.past_lines:
        told.append(f"lignes écartées, leur durée de conservation étant passée {report.past_lines}")
    out.print(f"{path.name} : {', '.join(told)}", soft_wrap=True)
    for (column, reason), count in report.reasons.most_common(10):
        out.print(f"  {count} × {column + ' : ' if column else ''}{reason}", soft_wrap=True)
    if report.refused_lines:
        out.print(f"  Détail : {report.path}", soft_wrap=True)
