"""``print-shop pull | list | print | done | refuse | run``."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from typer.exceptions import Abort, TyperException

from print_shop import done_verb, listing, print_verb, refuse_verb, work_verbs
from print_shop.asking import MISUSED, NOT_DONE, stop, warn
from print_shop.away import AWAY, in_words
from print_shop.lock import SpoolInUseError
from print_shop.printers import Printers
from print_shop.settings import Settings
from print_shop.usage import in_french
from print_shop.words import fr
from shared.settings import load_settings

Answer = TypeVar("Answer")

commands = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

Serial = Annotated[
    str, typer.Argument(metavar="LOT", help=fr("Le numéro du lot : il est sur sa feuille de séparation."))
]
Serials = Annotated[list[str] | None, typer.Argument(metavar="LOT", help=fr("Les numéros des lots."))]
Folder = Annotated[Path | None, typer.Option(help=fr("Imprimer dans ce dossier : un PDF par lot."))]
Printer = Annotated[str | None, typer.Option(help=fr("Imprimer sur cette imprimante de CUPS ; lpstat -e les montre."))]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=fr("Ne pas demander de confirmation."))]


@commands.callback()
def print_shop() -> None:
    """L’atelier d’impression : prend les lots de lettres, les imprime, et dit à la mutuelle ce qu’ils deviennent.

    Tout peut être arrêté à tout moment : la même commande reprend où elle en était.

    Statut de sortie : 0, fait ; 1, pas fait ou pas en entier ; 2, commande mal écrite, réglage manquant, dossier occupé.
    """


@commands.command()
def pull(
    most: Annotated[int | None, typer.Option(min=1, help=fr("Au plus tant de lots."))] = None,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help=fr("Attendre le premier, s’il n’y en a pas."))] = False,
) -> None:
    """Prendre les lots qui attendent et les contrôler, jusqu’à ce que la file soit vide."""
    settings = load_settings(Settings)
    _guarded(lambda: work_verbs.pull(settings, most, wait=wait))


@commands.command("list")
def list_(
    everything: Annotated[bool, typer.Option("--all", help=fr("Les lots terminés aussi."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=fr("Pour un programme."))] = False,
) -> None:
    """Les lots de ce disque, où ils en sont, et ce qu’il reste à faire."""
    settings = load_settings(Settings)
    _guarded(lambda: listing.show(settings, everything=everything, as_json=as_json))


@commands.command("print")
def print_(
    serials: Serials = None,
    every: Annotated[bool, typer.Option("--all", help=fr("Tous les lots à imprimer."))] = False,
    folder: Folder = None,
    printer: Printer = None,
    again: Annotated[str, typer.Option(metavar="RAISON", help=fr("Réimprimer ; la raison est gardée."))] = "",
    was_printed: Annotated[
        bool, typer.Option("--was-printed", help=fr("Toutes les feuilles sont là : ne pas réimprimer."))
    ] = False,
) -> None:
    """Imprimer des lots. Un tirage peut-être interrompu n’est refait que sur demande : --again, ou --was-printed."""
    if bool(serials) == every:
        stop("Donnez les numéros des lots, ou --all.", MISUSED)
    if ((again or was_printed) and every) or (again and was_printed):
        stop("--again et --was-printed se décident lot par lot, et l’un exclut l’autre.", MISUSED)
    settings = load_settings(Settings)
    printers = Printers(settings.cups_server) if was_printed else _printers(settings, folder, printer)
    wish = print_verb.Wish(serials or (), every=every, again=again.strip(), was_printed=was_printed)
    raise typer.Exit(_guarded(lambda: print_verb.print_batches(settings, printers, wish)))


@commands.command()
def done(
    serial: Serial,
    spoiled: Annotated[
        str | None,
        typer.Option(metavar="PLACES", help=fr("Lettres gâchées : places (12,40-42) ou repères, à la suite.")),
    ] = None,
    posted: Annotated[
        int | None, typer.Option(min=0, help=fr("Enveloppes comptées : refusé si le compte n’y est pas."))
    ] = None,
    yes: Yes = False,
) -> None:
    """Dire qu’un lot imprimé est remis à la poste, sauf les lettres gâchées."""
    settings = load_settings(Settings)
    _guarded(lambda: done_verb.done(settings, serial, spoiled, posted, yes=yes))


@commands.command()
def refuse(
    serial: Serial,
    reason: Annotated[
        str, typer.Option(metavar="RAISON", help=fr("Pourquoi ; la mutuelle la lira. Aucun nom de personne."))
    ],
    yes: Yes = False,
) -> None:
    """Refuser un lot qui ne peut pas être imprimé : ses lettres sont refaites dans un autre."""
    settings = load_settings(Settings)
    _guarded(lambda: refuse_verb.refuse(settings, serial, reason, yes=yes))


@commands.command()
def run(
    folder: Folder = None,
    printer: Printer = None,
    post_at_once: Annotated[
        bool | None,
        typer.Option(
            "--post-at-once/--wait-for-done",
            help=fr(
                "Compter ce qui est imprimé comme posté. Sans cette option : oui avec --folder, non avec --printer."
            ),
        ),
    ] = None,
) -> None:
    """Tout faire sans personne, jusqu’à SIGTERM ou Ctrl-C : prendre, imprimer, annoncer."""
    settings = load_settings(Settings)
    printers = _printers(settings, folder, printer)
    at_once = folder is not None if post_at_once is None else post_at_once
    _guarded(lambda: work_verbs.run(settings, printers, post_at_once=at_once))


def _printers(settings: Settings, folder: Path | None, printer: str | None) -> Printers:
    if (folder is None) == (printer is None):
        stop("Où imprimer ? Donnez --folder DOSSIER, ou --printer IMPRIMANTE.", MISUSED)
    return Printers(settings.cups_server, folder, printer)


def _guarded(act: Callable[[], Answer]) -> Answer:
    """Do it; a spool in use, and what is away, is told to the operator."""
    try:
        return act()
    except SpoolInUseError as error:
        stop(str(error), MISUSED)
    except typer.Exit:  # a RuntimeError, as some of what is away
        raise
    except AWAY as error:
        stop(f"{in_words(error)}. Ce qui est fait le reste ; recommencez plus tard.")


def main() -> None:
    """Entry point of the ``print-shop`` program."""
    try:
        sys.exit(commands(prog_name="print-shop", standalone_mode=False))
    except TyperException as error:
        if type(error).__name__ != "NoArgsIsHelpError":  # it has shown the help
            warn(in_french(error))
        sys.exit(MISUSED)
    except Abort:
        sys.exit(NOT_DONE)


if __name__ == "__main__":
    main()
