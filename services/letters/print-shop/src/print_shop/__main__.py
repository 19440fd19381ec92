"""``print-shop run --folder DIR``."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from print_shop.app import run as run_worker
from print_shop.settings import Settings
from print_shop.spool import SpoolInUseError
from shared.settings import load_settings

commands = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@commands.callback()
def print_shop() -> None:
    """The print shop's worker."""


@commands.command()
def run(
    folder: Annotated[Path, typer.Option(help="Where the demonstration's printer writes one PDF a batch.")],
) -> None:
    """Take batches of letters, print them, and tell what became of them, until SIGTERM or Ctrl-C."""
    try:
        asyncio.run(run_worker(load_settings(Settings), folder))
    except SpoolInUseError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


def main() -> None:
    """Entry point of the ``print-shop`` program."""
    commands()


if __name__ == "__main__":
    main()
