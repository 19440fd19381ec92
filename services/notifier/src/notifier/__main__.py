"""``notifier serve | migrate | purge | export-person | deliveries | send-again``."""

import asyncio
from typing import Annotated
from uuid import UUID

import typer

from notifier import operations
from notifier.models import State
from notifier.personal_data import PARTS
from notifier.settings import Settings
from shared.command_line import service_commands
from shared.database.engine import Database
from shared.export_command import add_export_command
from shared.settings import load_settings

commands = service_commands("notifier", Settings)
add_export_command(commands, "notifier", Settings, PARTS)


@commands.command()
def deliveries(state: Annotated[State | None, typer.Option(help="Only those in this state.")] = None) -> None:
    """List the newest deliveries, one a line: id, template, masked address, state, attempts, code, reason, since (UTC)."""
    for row in asyncio.run(_listed(state)):
        typer.echo("	".join(row))


@commands.command("send-again")
def send_again(delivery_id: UUID) -> None:
    """Send a parked mail once more."""
    try:
        asyncio.run(_send_again(delivery_id))
    except operations.CannotSendAgainError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo("queued: a running notifier sends it within seconds")


async def _listed(state: State | None) -> list[tuple[str, ...]]:
    database = Database(load_settings(Settings).database_url, "notifier deliveries")
    try:
        async with database.unit_of_work() as work:
            return [
                (
                    str(row.id), row.template, operations.masked(row.recipient), row.state, str(row.attempts),
                    str(row.code or ""), row.reason or "", f"{row.created_at:%Y-%m-%d %H:%M:%S}",
                )
                for row in await operations.listed(work, state)
            ]  # fmt: skip
    finally:
        await database.close()


async def _send_again(delivery_id: UUID) -> None:
    database = Database(load_settings(Settings).database_url, "notifier send-again")
    try:
        async with database.unit_of_work() as work:
            await operations.send_again(work, delivery_id)
    finally:
        await database.close()


def main() -> None:
    """Entry point of the ``notifier`` command."""
    commands()


if __name__ == "__main__":
    main()
