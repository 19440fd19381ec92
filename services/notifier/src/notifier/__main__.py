"""``notifier serve | migrate | purge | export-person | deliveries | send-again``."""

from typing import Annotated
from uuid import UUID

import typer

from notifier import operations
from notifier.models import State
from notifier.personal_data import PARTS
from notifier.settings import Settings
from shared.command_line import service_commands
from shared.command_work import in_one_unit
from shared.export_command import add_export_command
from shared.settings import load_settings

commands = service_commands("notifier", Settings)
add_export_command(commands, "notifier", Settings, PARTS)


@commands.command()
def deliveries(state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None) -> None:
    """List the newest deliveries, one a line: id, template, masked address, state, attempts, code, reason, since (UTC)."""
    rows = in_one_unit(load_settings(Settings), "notifier", "deliveries", lambda work: operations.listed(work, state))
    for row in rows:
        told = (
            str(row.id), row.template, operations.masked(row.recipient), row.state, str(row.attempts), str(row.code or ""),
            row.reason or "", f"{row.created_at:%Y-%m-%d %H:%M:%S}",
        )  # fmt: skip
        typer.echo("\t".join(told))


@commands.command("send-again")
def send_again(delivery_id: UUID) -> None:
    """Send a parked mail once more."""
    settings = load_settings(Settings)
    try:
        in_one_unit(settings, "notifier", "send-again", lambda work: operations.send_again(work, delivery_id))
    except operations.CannotSendAgainError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo("queued: a running notifier sends it within seconds")


def main() -> None:
    """Entry point of the ``notifier`` command."""
    commands()


if __name__ == "__main__":
    main()
