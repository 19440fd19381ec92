"""``print-shop pull`` and ``print-shop run``."""

from contextlib import suppress

from print_shop.app import Program, perform
from print_shop.asking import MISUSED, can_ask, say, stop
from print_shop.printers import Printers
from print_shop.seen import PrinterAwayError, PrinterRefusesError
from print_shop.settings import Settings
from print_shop.words import some


def pull(settings: Settings, most: int | None, *, wait: bool) -> None:
    """Take what waits.

    Raises:
        SpoolInUseError, AWAY: see ``Intake.pull``.
    """
    taken = perform(
        settings, "pull", lambda program: program.intake.pull(most, wait=wait), Printers(settings.cups_server)
    )  # fmt: skip
    if can_ask():
        say(f"{some(taken, 'message')} de la file. La suite : print-shop list")


def run(settings: Settings, printers: Printers, *, post_at_once: bool) -> None:
    """Everything, until told to stop.

    Raises:
        SpoolInUseError: another worker uses the spool.
        typer.Exit: there is no such printer.
    """

    async def act(program: Program) -> None:
        try:
            with suppress(PrinterAwayError):  # it is waited for
                await printers.chosen.check()
        except PrinterRefusesError as error:
            stop(str(error), MISUSED)
        await program.intake.run()

    perform(settings, "run", act, printers, post_at_once=post_at_once)
