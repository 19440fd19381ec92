"""``print-shop print``: what was taken is printed; where nobody can know whether it was, the operator is asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from print_shop import upgrade
from print_shop.app import Program, perform
from print_shop.asking import NOT_DONE, ask, can_ask, warn
from print_shop.away import AWAY, in_words
from print_shop.journal import Journal
from print_shop.lookup import record_named
from print_shop.printers import Printers
from print_shop.record import Record
from print_shop.refusal import BatchRefusedError
from print_shop.seen import StoppedError
from print_shop.settings import Settings
from print_shop.steps import State
from print_shop.words import moment

_UNPRINTED = frozenset({State.ARRIVED, State.TO_PRINT, State.PRINTING, State.IN_DOUBT})
_BEGUN = frozenset({State.PRINTING, State.IN_DOUBT})


@dataclass(frozen=True)
class Wish:
    """What the operator wants of these batches. ``again``: a reason to print them anew."""

    serials: Sequence[str]
    every: bool = False
    again: str = ""
    was_printed: bool = False


def print_batches(settings: Settings, printers: Printers, wish: Wish) -> int:
    """Print, and ask about what stays in doubt; the exit status."""
    left = perform(settings, "print", lambda program: _print(program, wish), printers)
    if can_ask() and not wish.again and not wish.was_printed:
        left = [
            record for record in left if record.state is not State.IN_DOUBT or not _asked(settings, printers, record)
        ]
    return NOT_DONE if left else 0


def _asked(settings: Settings, printers: Printers, record: Record) -> bool:
    """Ask about one batch and act upon the answer; whether it is printed then."""
    answer = ask(f"{record.serial} : toutes les feuilles sont là [i], réimprimer [r], ou plus tard [Entrée] ?").lower()
    again = ask("Raison de la réimpression :") if answer == "r" else ""
    if answer != "i" and not again:
        return False
    wish = Wish([record.serial], again=again, was_printed=answer == "i")
    return not perform(settings, "print", lambda program: _print(program, wish), printers)


async def _print(program: Program, wish: Wish) -> list[Record]:
    """Do what is wished; those that are not printed then."""
    upgrade.take_over(program.shop)
    left: list[Record] = []
    for record in _chosen(program.shop.journal, wish):
        try:
            record = await _one(program, record, wish)  # noqa: PLW2901
        except StoppedError:
            warn(
                f"{record.serial} : arrêté. L’imprimante continue peut-être ; la même commande reprend où elle en est."
            )
            return [*left, record]
        except (BatchRefusedError, *AWAY) as error:
            warn(f"{record.serial} : {in_words(error)}")
            left.append(record)
            continue
        if record.state is not State.TO_POST:
            left.append(record)
    return left


def _chosen(journal: Journal, wish: Wish) -> list[Record]:
    if wish.every:
        return [record for record in journal.records() if record.state in _UNPRINTED]
    return [record_named(journal, serial) for serial in wish.serials]


async def _one(program: Program, record: Record, wish: Wish) -> Record:
    shop, printing = program.shop, program.printing
    if record.state is State.ARRIVED:
        record = await program.worker.taking.check(record)
    if wish.was_printed and record.state in _BEGUN:
        record = printing.was_printed(record)
    elif wish.was_printed and record.state is State.TO_PRINT:
        warn(f"{record.serial} : aucune impression n’a commencé ici. Pour imprimer : print-shop print {record.serial}.")
    elif record.state in _UNPRINTED:
        # a print that was begun is looked for, even when it is to be done anew: it may go on
        record = await program.worker.print(printing, record)
        if wish.again and record.state is State.IN_DOUBT:
            record = await printing.print(record, wish.again)
    elif record.state is State.TO_POST and wish.again:
        record = await printing.print(record, wish.again)
    else:
        warn(_no_use(record))
    await shop.tell(record)
    return shop.journal.get(record.batch_id) or record


def _no_use(record: Record) -> str:
    since = moment(record.since) if record.since else ""
    if record.state is State.TO_POST:
        return (
            f"{record.serial} : déjà imprimé le {since}. Une fois posté : print-shop done {record.serial}. "
            f'Pour le réimprimer : --again "raison".'
        )
    if record.state is State.OFFERED:
        return (
            f"{record.serial} : peut-être à un autre poste. S’il n’est à personne, la mutuelle le propose de nouveau."
        )
    if record.state is State.LEFT:
        return f"{record.serial} : une autre annonce l’a remplacé, il ne s’imprime pas ici."
    what = "posté" if record.state is State.POSTED else f"refusé ({record.reason})"
    return f"{record.serial} : {what} le {since}, il ne s’imprime plus."
