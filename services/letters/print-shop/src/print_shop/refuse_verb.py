"""``print-shop refuse``: a batch that can't be printed goes back, and its letters are made anew."""

from print_shop.app import Program, perform
from print_shop.asking import MISUSED, must_agree, stop
from print_shop.away import AWAY, in_words
from print_shop.journal import Journal
from print_shop.lookup import record_named
from print_shop.printers import Printers
from print_shop.record import Record
from print_shop.refusal import BatchRefusedError
from print_shop.settings import Settings
from print_shop.spool import Spool
from print_shop.steps import State
from shared.contracts.print_batch import PrintReceipt

_REFUSABLE = frozenset({State.ARRIVED, State.TO_PRINT, State.IN_DOUBT})
LONGEST_REASON = next(
    one.max_length for one in PrintReceipt.model_fields["reason"].metadata if hasattr(one, "max_length")
)


def refuse(settings: Settings, serial: str, reason: str, *, yes: bool) -> None:
    """Refuse a batch and tell it.

    Raises:
        typer.Exit: it is not refused, or not told yet.
    """
    reason = " ".join(reason.split())
    if not 0 < len(reason) <= LONGEST_REASON:
        stop(f"Donnez une raison de 1 à {LONGEST_REASON} signes : la mutuelle la lira.", MISUSED)
    record = record_named(Journal(Spool(settings.spool_dir).journal_path), serial)
    if record.state is not State.REFUSED:
        _check_state(record)
        destroyed = " Les feuilles déjà sorties sont détruites ?" if record.state is State.IN_DOUBT else ""
        must_agree(f"Refuser {record.serial} ? Ses lettres seront refaites dans un autre lot.{destroyed}", yes=yes)
    perform(
        settings,
        "refuse",
        lambda program: _refuse(program, record, reason),
        Printers(settings.cups_server),
        alone=False,
    )


async def _refuse(program: Program, record: Record, reason: str) -> None:
    shop = program.shop
    with shop.journal.held():
        now = shop.journal.get(record.batch_id) or record
        if now.state in _REFUSABLE:
            now = shop.refuse(now, BatchRefusedError("operator", reason))
    _check_state(now)
    try:
        await shop.tell(now)
    except AWAY as error:
        stop(
            f"{record.serial} : c’est noté sur ce disque, mais la mutuelle n’a pas pu être prévenue : {in_words(error)}. "
            f"La même commande le refera ; print-shop pull et print-shop run aussi."
        )


def _check_state(record: Record) -> None:
    if record.state in _REFUSABLE or record.state is State.REFUSED:
        return
    why = {
        State.OFFERED: "peut-être à un autre poste : attendez, il est proposé de nouveau s’il n’est à personne.",
        State.PRINTING: f"l’impression a commencé. Où elle en est : print-shop print {record.serial}.",
        State.TO_POST: f"déjà imprimé. Pour tout refaire : print-shop done {record.serial} --spoiled 1-{record.letters}.",
        State.POSTED: "déjà posté.",
        State.LEFT: "remplacé par une autre annonce, pas imprimé ici.",
    }[record.state]
    stop(f"{record.serial} : {why}")
