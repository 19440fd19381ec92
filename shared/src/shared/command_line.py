"""The verbs that every service has: ``serve``, ``migrate``, ``purge`` and ``dead-letters …``."""

import signal
import sys
from importlib import import_module
from typing import Annotated

import typer
import uvicorn

from shared.dead_letter_commands import dead_letter_commands
from shared.messaging.kept import DEAD_LETTER_JOURNAL
from shared.observability.logs import configure_logs
from shared.purge_command import run_purge
from shared.settings import ServiceSettings, load_settings


def service_commands(package: str, settings_kind: type[ServiceSettings]) -> typer.Typer:
    """The command line of a service; the caller adds its own verbs to it.

    The package has ``create_app(settings)`` in ``app`` and ``rules(settings)`` in ``retention``. They, and Alembic, are
    imported by the verbs that use them: migrating needs no application, serving no Alembic, importing neither.
    """
    commands = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    name = package.replace("_", "-")

    @commands.command()
    def serve() -> None:
        """Serve requests and events until SIGTERM or Ctrl-C."""
        settings = load_settings(settings_kind)
        configure_logs(name, settings.log_level)
        # uvicorn raises the signal again after its orderly end: that end is a success
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: sys.exit(0))
        uvicorn.run(
            import_module(f"{package}.app").create_app(settings),
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=5,
        )

    @commands.command()
    def migrate() -> None:
        """Bring the database to the version of this code. Safe to run again, and by several replicas at once."""
        settings = load_settings(settings_kind)
        configure_logs(name, settings.log_level)
        import_module("shared.database.migrate").migrate(package, settings.database_url)
        typer.echo(f"{name}: database is up to date")

    @commands.command()
    def purge(
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Only tell how much is due; nothing is changed.")
        ] = False,
    ) -> None:
        """Forget now what is past its term: what the running service does by itself every hour.

        Exit status 0: done; 1: not done, or not all of it.
        """
        settings = load_settings(settings_kind)
        rules = (*import_module(f"{package}.retention").rules(settings), DEAD_LETTER_JOURNAL)
        raise typer.Exit(run_purge(name, settings.database_url, rules, dry_run))

    commands.add_typer(dead_letter_commands(name, settings_kind), name="dead-letters")
    return commands
