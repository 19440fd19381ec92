"""``letters serve | migrate | purge | export-person | parked | release``."""

import asyncio
from collections.abc import Awaitable, Callable

import typer

from letters.parked import by_reason, parked_letters
from letters.parked import release as release_parked
from letters.personal_data import PARTS
from letters.settings import Settings
from shared.command_line import service_commands
from shared.database.engine import Database
from shared.export_command import add_export_command
from shared.settings import load_settings

commands = service_commands("letters", Settings)
add_export_command(commands, "letters", Settings, PARTS)


@commands.command()
def parked() -> None:
    """Show the letters that can't be printed: ids and reasons, never names."""

    async def show(database: Database) -> None:
        async with database.unit_of_work() as work:
            letters = await parked_letters(work)
        for letter in letters:
            typer.echo(f"{letter.id}  {letter.requested_at:%Y-%m-%d %H:%M}  {letter.reason}")
        typer.echo(", ".join(f"{count} × {reason}" for reason, count in by_reason(letters)) or "no parked letter")

    _with_database(show)


@commands.command()
def release(reason: str) -> None:
    """Let the letters parked for REASON be printed after all, once its cause is gone."""

    async def let_go(database: Database) -> None:
        async with database.unit_of_work() as work:
            count = await release_parked(work, reason)
        typer.echo(f"{count} letters wait for the next batch")

    _with_database(let_go)


def _with_database(action: Callable[[Database], Awaitable[None]]) -> None:
    async def run() -> None:
        database = Database(load_settings(Settings).database_url, "letters: command line")
        try:
            await action(database)
        finally:
            await database.close()

    asyncio.run(run())


def main() -> None:
    """Entry point of the ``letters`` program."""
    commands()


if __name__ == "__main__":
    main()
