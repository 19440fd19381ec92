"""One unit of work for a verb of the command line; a database that is away is told in one line."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import typer

from shared.database.engine import Database
from shared.database.failures import is_away
from shared.database.unit_of_work import UnitOfWork
from shared.settings import ServiceSettings

Result = TypeVar("Result")


def in_one_unit(
    settings: ServiceSettings, service: str, verb: str, act: Callable[[UnitOfWork], Awaitable[Result]]
) -> Result:
    """Do it and return what it returns.

    Raises:
        typer.Exit: 1, when the database does not answer; nothing is changed then.
    """

    async def run() -> Result:
        database = Database(settings.database_url, f"{service}: {verb}", pool_size=1)
        try:
            async with database.unit_of_work() as work:
                return await act(work)
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except Exception as error:
        if not is_away(error):
            raise
        typer.echo(
            "The database does not answer. Does it run, and is DATABASE_URL right? Nothing is changed.", err=True
        )
        raise typer.Exit(1) from None
