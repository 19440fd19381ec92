"""Finding the batch that the operator means."""

from typing import NoReturn

from print_shop.asking import stop
from print_shop.journal import Journal
from print_shop.record import Record

_SHOWN = 5


def record_named(journal: Journal, serial: str) -> Record:
    """The batch of that serial.

    Raises:
        typer.Exit: there is none on this disk.
    """
    if (record := journal.named(serial)) is None:
        _stop(journal, serial)
    return record


def _stop(journal: Journal, serial: str) -> NoReturn:
    here = [record.serial for record in journal.records() if not record.ended][-_SHOWN:]
    which = f" Lots en cours ici : {', '.join(here)}." if here else ""
    stop(f"{serial} : ce lot n’est pas sur ce disque.{which} Tous les lots : print-shop list --all.")
