"""``registration serve | migrate | purge | export-person | import-register``."""

from pathlib import Path
from typing import Annotated

import typer

from registration.personal_data import PARTS
from registration.register_import import register_import
from registration.settings import Settings
from shared.command_line import service_commands
from shared.export_command import add_export_command
from shared.imports.command import run_import
from shared.settings import load_settings

commands = service_commands("registration", Settings)
add_export_command(commands, "registration", Settings, PARTS)


@commands.command("import-register")
def import_register(
    file: Annotated[Path, typer.Argument(help="CSV export of the back office, UTF-8; its columns are in the README.")],
    report: Annotated[
        Path | None, typer.Option(help="Where refused lines are told; by default beside the file.")
    ] = None,
) -> None:
    """Load the member register. Safe to run again: lines replace what is known of their reference.

    Exit status 0: everything is loaded; 1: some lines are refused; 2: the file is refused, or the import was interrupted.
    """
    settings = load_settings(Settings)
    what = register_import(settings.fingerprint_keys)
    raise typer.Exit(run_import(what, file, settings.database_url, report, "registration"))


def main() -> None:
    """Entry point of the ``registration`` command."""
    commands()


if __name__ == "__main__":
    main()
