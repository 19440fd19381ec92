"""``print-shop list``: the batches on this disk, and what the operator has to do next."""

import json
import sys
from dataclasses import asdict, dataclass
from datetime import date, datetime

from rich.console import Console
from rich.table import Table

from print_shop.asking import say
from print_shop.journal import Journal
from print_shop.lock import is_at_work
from print_shop.record import Record
from print_shop.settings import Settings
from print_shop.spool import Spool
from print_shop.steps import State
from print_shop.terminal import reprint_words
from print_shop.words import fr, number, short_moment

_WIDE = 200
"""Columns where the output is no terminal: nothing is cut there."""
_STATES = {
    State.OFFERED: "peut-être à un autre",
    State.ARRIVED: "reçu, à contrôler",
    State.TO_PRINT: "à imprimer",
    State.PRINTING: "interrompu",
    State.IN_DOUBT: "imprimé ou non ?",
    State.TO_POST: "imprimé, à poster",
    State.POSTED: "posté",
    State.REFUSED: "refusé",
    State.LEFT: "remplacé",
}
_NEXT = {
    State.OFFERED: "attendre : s’il n’est à aucun poste, la mutuelle le propose de nouveau",
    State.ARRIVED: "print-shop pull",
    State.TO_PRINT: "print-shop print {serial}",
    State.PRINTING: "print-shop print {serial}",
    State.IN_DOUBT: 'regarder les feuilles, puis print-shop print {serial} --was-printed, ou --again "raison"',
    State.TO_POST: "print-shop done {serial}",
}


@dataclass(frozen=True)
class Row:
    """One batch, as it is listed."""

    serial: str
    run: int
    letters: int
    sheets: int
    spoiled: int
    state: str
    words: str
    """The state, as people read it."""
    since: datetime | None
    post_on: date | None
    note: str
    """What the operator has to know besides."""
    next: str
    """What the operator has to do."""


def row(record: Record, post_on: date | None, *, at_work: bool) -> Row:
    """What is shown of a batch. ``at_work``: a worker has the spool now."""
    words, step, notes = _STATES[record.state], _NEXT.get(record.state, ""), []
    if record.state is State.PRINTING and at_work:
        words, step = "en cours", "attendre"
    if record.state in {State.IN_DOUBT, State.REFUSED}:
        notes.append(record.reason)
    if record.spoiled:
        notes.append(f"{number(len(record.spoiled))} à refaire")
    if record.state in {State.POSTED, State.REFUSED} and not record.ended:
        notes.append("pas encore annoncé à la mutuelle")
        step = "print-shop pull"
    if record.reprint and not record.ended:
        notes.append(reprint_words(record.run))
    return Row(
        record.serial, record.run, record.letters, record.sheets, len(record.spoiled), record.state.value, words,
        record.since, post_on, fr(" ; ".join(notes)), fr(step.format(serial=record.serial)),
    )  # fmt: skip


def show(settings: Settings, *, everything: bool, as_json: bool) -> None:
    """Print the list: what is in hand, or every batch that ever was on this disk."""
    spool = Spool(settings.spool_dir)
    at_work = is_at_work(spool.folder)
    rows = []
    for record in Journal(spool.journal_path).records():
        if everything or not record.ended:
            manifest = spool.manifest(record.batch_id)
            rows.append(row(record, manifest.post_on if manifest else None, at_work=at_work))
    if as_json:
        sys.stdout.write(json.dumps([asdict(one) for one in rows], default=str, ensure_ascii=False, indent=1) + "\n")
    elif not rows:
        say("Aucun lot en cours sur ce disque. print-shop pull va chercher ceux qui attendent.")
    else:
        Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else _WIDE).print(_table(rows))
        for one in rows:
            _say_what_to_do(one)


def _say_what_to_do(one: Row) -> None:
    if one.note:
        say(f"{one.serial} : {one.note}")
    if one.next:
        say(f"{one.serial} → {one.next}")


def _table(rows: list[Row]) -> Table:
    table = Table(box=None)
    table.add_column("lot", no_wrap=True)
    for name in ("tirage", "lettres", "feuilles", "état", "depuis", "à poster"):
        table.add_column(name)
    for one in rows:
        table.add_row(
            one.serial, str(one.run), number(one.letters), number(one.sheets), one.words,
            short_moment(one.since) if one.since else "–", f"{one.post_on:%d/%m/%Y}" if one.post_on else "–",
        )  # fmt: skip
    return table
