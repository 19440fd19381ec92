"""``<service> purge [--dry-run]``: what is past its term, told or forgotten."""

import asyncio
import sys
from collections.abc import Sequence
from datetime import UTC

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from shared.database.engine import Database
from shared.database.failures import is_away, sqlstate
from shared.database.retention import Due, Rule, forget_some, in_words, look

DONE, NOT_DONE = 0, 1
_NO_SUCH_TABLE = "42P01"
_WIDE = 200


def run_purge(service: str, database_url: str, rules: Sequence[Rule], dry_run: bool) -> int:
    """Tell what is due by each rule; unless it is a dry run, forget it. Returns the exit status."""
    width = None if sys.stdout.isatty() else _WIDE
    out = Console(markup=False, highlight=False, width=width)
    err = Console(file=sys.stderr, markup=False, highlight=False)
    forgotten: dict[str, int] = {}
    try:
        asyncio.run(_purge(service, database_url, rules, dry_run, out, forgotten))
    except (Exception, KeyboardInterrupt) as error:
        where = f" at {list(forgotten)[-1]}" if forgotten else ""
        err.print(f"{service}{where}: {_in_words(error, service)} {_so_far(forgotten)}", soft_wrap=True)
        return NOT_DONE
    return DONE


async def _purge(
    service: str, database_url: str, rules: Sequence[Rule], dry_run: bool, out: Console, forgotten: dict[str, int]
) -> None:
    database = Database(database_url, f"{service}: purge", pool_size=1)
    try:
        found = [await look(database, rule) for rule in rules]
        out.print(_table(found))
        if dry_run:
            out.print("dry run: nothing was changed", soft_wrap=True)
            return
        console = Console(file=sys.stderr)
        with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
            for due in found:
                task = bar.add_task(due.rule.name, total=due.count)
                more, forgotten[due.rule.name] = True, 0
                while more:
                    count, more = await forget_some(database, due.rule)
                    forgotten[due.rule.name] += count
                    bar.update(task, completed=forgotten[due.rule.name])
        for name, count in forgotten.items():
            if count:
                out.print(f"{name}: {count} forgotten", soft_wrap=True)
        out.print("nothing is past its term" if not any(forgotten.values()) else "done", soft_wrap=True)
    finally:
        await database.close()


def _table(found: Sequence[Due]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("rule", "term", "due", "since (UTC)", "what"):
        table.add_column(name, overflow="fold", no_wrap=name != "what")
    for one in found:
        oldest = f"{one.oldest.astimezone(UTC):%Y-%m-%d %H:%M}" if one.oldest else "–"
        table.add_row(one.rule.name, in_words(one.rule.term), str(one.count), oldest, one.rule.what)
    return table


def _in_words(error: BaseException, service: str) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "interrupted."
    if sqlstate(error) == _NO_SUCH_TABLE:
        return f"the database is older than this program: run `{service} migrate`."
    if is_away(error):
        return "the database does not answer. Does it run, and is DATABASE_URL right?"
    return f"stopped by {type(error).__name__} {sqlstate(error)}".rstrip() + "."


def _so_far(forgotten: dict[str, int]) -> str:
    count = sum(forgotten.values())
    return f"{count} rows are forgotten; run the same command again." if count else "Nothing was changed."
