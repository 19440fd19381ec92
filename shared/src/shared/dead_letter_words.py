"""How dead letters are told on a terminal. Everything that comes here is masked already."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NoReturn

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from shared.messaging.dead_letters.journal import Entry
from shared.messaging.dead_letters.letter import DeadLetter, OpenedLetter
from shared.messaging.dead_letters.looking import Summary
from shared.messaging.dead_letters.settling import Outcome

_REASONS = 5
_CHOSEN = 5
_WIDE = 200
"""Columns where the output is no terminal: nothing is cut there."""


def say(text: str) -> None:
    """One line or paragraph."""
    _out().print(text, soft_wrap=True)


def refuse(text: str) -> NoReturn:
    """Say what went wrong and what to do, and end with status 1."""
    Console(file=sys.stderr, markup=False, highlight=False).print(text, soft_wrap=True)
    raise typer.Exit(1)


def number(count: int) -> str:
    """For example ``1 dead letter``, ``10,000 dead letters``."""
    return f"{count:,} dead letter{'' if count == 1 else 's'}"


def tell_summaries(queues: Sequence[Summary], service: str) -> None:
    """One row a queue."""
    table = _table("queue", "dead letters", "first failed (UTC)", "reasons")
    for one in queues:
        reasons = [f"{count} × {reason}" for reason, count in one.reasons[:_REASONS]]
        if len(one.reasons) > _REASONS:
            reasons.append(f"and {len(one.reasons) - _REASONS} other reasons")
        if one.looked_at < one.count:
            reasons.append(f"(reasons of the first {one.looked_at:,})")
        table.add_row(one.queue, f"{one.count:,}", _time(one.oldest), "\n".join(reasons))
    _out().print(table)
    if any(one.count for one in queues):
        say(f"Each of them: {service} dead-letters list --queue QUEUE")


def tell_letters(letters: Sequence[DeadLetter], service: str) -> None:
    """One row a letter, the oldest failure first."""
    if not letters:
        say("No dead letters.")
        return
    table = _table("message", "type", "attempts", "first failed (UTC)", "reason")
    for one in sorted(letters, key=lambda letter: letter.first_failed_at or datetime.min.replace(tzinfo=UTC)):
        attempts = "–" if one.attempts is None else str(one.attempts)
        table.add_row(one.handle, _short(one.type), attempts, _time(one.first_failed_at), one.reason)
    _out().print(table)
    say(f"One of them: {service} dead-letters show MESSAGE")


def tell_opened(opened: OpenedLetter) -> None:
    """Attributes, failure and masked data, one a line."""
    one = opened.letter
    rows = {
        "queue": one.queue, "reason": one.reason, "attempts": "–" if one.attempts is None else str(one.attempts),
        "first failed": _time(one.first_failed_at), "id": str(one.id or "–"), "type": one.type or "–",
        "source": one.source or "–", "time": _time(one.time), "subject": str(opened.subject or "–"),
        "trace": opened.trace_id or "–", "body": f"{one.size:,} bytes, SHA-256 {one.sha256}",
    }  # fmt: skip
    rows |= {f"data.{field.name}": _field(field.value, field.problem) for field in opened.fields}
    if opened.others:
        rows["data"] = f"{opened.others} fields that this version does not know, not shown"
    widest = max(map(len, rows))
    for name, value in rows.items():
        say(f"{name:<{widest}}  {value}")


def tell_chosen(letters: Sequence[DeadLetter]) -> None:
    """What is about to be settled: the first few, and how many more."""
    for one in letters[:_CHOSEN]:
        say(f"  {one.queue}  {one.handle}  {_short(one.type)}  {one.reason}")
    if len(letters) > _CHOSEN:
        say(f"  and {len(letters) - _CHOSEN:,} more")


def tell_outcome(action: str, outcome: Outcome) -> None:
    """What became of them."""
    say(f"{'Replayed' if action == 'replay' else 'Dropped'}: {number(outcome.done)}.")
    if outcome.refused:
        say(
            f"Not taken by the broker: {outcome.refused:,}. No queue is bound to espace.replay: import definitions.json again."
        )
    if outcome.missing:
        say(f"No longer there: {outcome.missing:,}. Somebody else has settled them, or looks at them now: list again.")


def tell_journal(entries: Sequence[Entry]) -> None:
    """One row an entry, the newest first."""
    if not entries:
        say("Nothing was replayed or dropped yet.")
        return
    table = _table("at (UTC)", "who", "what", "state", "queue", "message", "reason", "failure")
    for one in entries:
        handle = one.message_id or f"sha256:{one.body_sha256[:16]}"
        table.add_row(_time(one.at), one.who, one.action, one.state, one.queue, handle, one.reason, one.failure)
    _out().print(table)
    if any(one.state == "begun" for one in entries):
        say("begun: under way, or interrupted; if the message is still listed, replay it again, which is safe.")


@contextmanager
def progress(action: str, total: int) -> Iterator[Callable[[Outcome], None]]:
    """A bar on a terminal, nothing elsewhere."""
    console = Console(file=sys.stderr)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(action, total=total)
        yield lambda outcome: bar.update(task, completed=outcome.done + outcome.refused)


def _out() -> Console:
    width = None if sys.stdout.isatty() else _WIDE
    return Console(markup=False, highlight=False, width=width)


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in columns:
        table.add_column(name, overflow="fold", no_wrap=name in {"message", "queue"})
    return table


def _field(value: str, problem: str) -> str:
    return f"{value}   ← {problem}" if problem else value


def _short(type_: str | None) -> str:
    return type_.removeprefix("fr.espace.") if type_ else "–"


def _time(time: datetime | None) -> str:
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if time else "–"
