"""``registration serve | migrate | purge | export-person | forget-person | confirm-address | import-register``."""

from pathlib import Path
from typing import Annotated

import typer

from registration.confirm_address import Confirmed, confirm_address
from registration.forget_person import Outcome, forget_person
from registration.personal_data import PARTS
from registration.register_import import register_import
from registration.settings import Settings
from shared.command_line import service_commands
from shared.command_work import in_one_unit
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


@commands.command("forget-person")
def forget_person_command(
    reference: Annotated[str, typer.Argument(help="The back office's, as its exports have it.")],
) -> None:
    """Take somebody out of the register whom the back office keeps no longer: an export leaves nobody out by itself.

    Exit status 0: done; 1: not done, with the reason.
    """
    settings = load_settings(Settings)
    outcome = in_one_unit(settings, "registration", "forget-person", lambda work: forget_person(work, reference))
    typer.echo(outcome.value, err=outcome is not Outcome.FORGOTTEN)
    raise typer.Exit(outcome is not Outcome.FORGOTTEN)


@commands.command("confirm-address")
def confirm_address_command(
    reference: Annotated[str, typer.Argument(help="The back office's, as its exports have it.")],
) -> None:
    """Let letters go to the register's address again although one came back: somebody has made sure that it is right.

    A wrong address is corrected in the back office, or at the desk: then nothing is needed here. Exit status 0: done; 1: not
    done, with the reason.
    """
    settings = load_settings(Settings)
    done = in_one_unit(settings, "registration", "confirm-address", lambda work: confirm_address(work, reference))
    typer.echo(done.value, err=done is not Confirmed.DONE)
    raise typer.Exit(done is not Confirmed.DONE)


def main() -> None:
    """Entry point of the ``registration`` command."""
    commands()


if __name__ == "__main__":
    main()
