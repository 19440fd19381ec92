"""``letters serve | migrate | purge | export-person | parked | release | returned``."""

import typer

from letters.parked import by_reason, parked_letters
from letters.parked import release as release_parked
from letters.personal_data import PARTS
from letters.returns.command import add_returned_command
from letters.settings import Settings
from shared.command_line import service_commands
from shared.command_work import in_one_unit
from shared.export_command import add_export_command
from shared.settings import load_settings

commands = service_commands("letters", Settings)
add_returned_command(commands)
add_export_command(commands, "letters", Settings, PARTS)


@commands.command()
def parked() -> None:
    """Show the letters that can't be printed: ids and reasons, never names."""
    letters = in_one_unit(load_settings(Settings), "letters", "parked", parked_letters)
    for letter in letters:
        typer.echo(f"{letter.id}  {letter.requested_at:%Y-%m-%d %H:%M}  {letter.reason}")
    typer.echo(", ".join(f"{count} × {reason}" for reason, count in by_reason(letters)) or "no parked letter")


@commands.command()
def release(reason: str) -> None:
    """Let the letters parked for REASON be printed after all, once its cause is gone."""
    count = in_one_unit(load_settings(Settings), "letters", "release", lambda work: release_parked(work, reason))
    typer.echo(f"{count} letters wait for the next batch")


def main() -> None:
    """Entry point of the ``letters`` program."""
    commands()


if __name__ == "__main__":
    main()
