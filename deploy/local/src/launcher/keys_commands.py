"""`python -m launcher keys make | list | rotate add | rotate promote | rotate retire`: the secrets of a production."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from launcher.production_keys import ProductionKeys
from launcher.secret_values import HOLDERS, is_known_before_use, public_name

Folder = Annotated[Path, typer.Argument(help="Where they are: one folder for each program.")]
Ring = Annotated[str, typer.Argument(help="For example form_keys; “keys list” names them all.")]
Database = Annotated[str, typer.Option(help="host:port of PostgreSQL, for the addresses.")]
Broker = Annotated[str, typer.Option(help="host:port of RabbitMQ, for the addresses.")]

_MADE = """\
Made in {folder}, readable by you alone:
{programs}
Next:
  1. Give each program its own folder as SECRETS_DIR, and nobody another's. For `<service> migrate` alone, DATABASE_URL is what
     <service>-migrate/database_url says.
  2. operations/database-passwords.sql, once the roles exist (docs/operations.md), and operations/broker-passwords.sh, once
     the definitions are imported; then delete the folder operations.
  3. print-shop goes to the print shop by a way of its own: its private key is nobody else's.
  4. Keep one copy of the folder where no backup of the databases is. Without password_peppers nobody signs in, ever.\
"""
_STEPS = {
    "add": "{name}: {kid} is known and not used yet. Restart {who} (every replica), then: keys rotate promote {name} {folder}",
    "promote": "{name}: {kid} is used from now on. Restart {who} (every replica), then keep the old key for as long as the "
    "table in docs/operations.md says; at last: keys rotate retire {name} {folder}",
    "retire": "{name}: {kid} is taken away. Restart {who}.",
}


def keys_commands(plain_errors: Callable[[], AbstractContextManager[None]]) -> typer.Typer:
    """Return the verbs; `plain_errors` says in a sentence what goes wrong."""
    commands = typer.Typer(no_args_is_help=True, help="Make and rotate the secrets of a production.")
    rotate = typer.Typer(no_args_is_help=True, help="Renew a ring in three steps, with a restart after each.")
    commands.add_typer(rotate, name="rotate")

    @commands.command()
    def make(folder: Folder, database: Database = "postgresql:5432", broker: Broker = "rabbitmq:5672") -> None:
        """Make every key and password, once; a folder that holds something is left as it is."""
        with plain_errors():
            programs = _keys(folder).make(database, broker)
            listed = "\n".join(f"  {one:22}{', '.join(_held(folder / one))}" for one in programs)
            typer.echo(_MADE.format(folder=folder, programs=listed))

    @commands.command("list")
    def listed(folder: Folder) -> None:
        """List every ring, the key that makes first. No key is printed."""
        with plain_errors():
            for name, kids in _keys(folder).listed().items():
                waits = "  (the newest waits to be promoted)" if max(kids) != kids[0] else ""
                typer.echo(f"{name:30}{', '.join(kids):30}{', '.join(HOLDERS[name])}{waits}")

    @rotate.command()
    def add(name: Ring, folder: Folder) -> None:
        """Step 1: a new key, last in the ring."""
        with plain_errors():
            _tell("add", name, folder, _keys(folder).add(name))

    @rotate.command()
    def promote(name: Ring, folder: Folder) -> None:
        """Step 2: the newest key makes from now on."""
        with plain_errors():
            _tell("promote", name, folder, _keys(folder).promote(name))

    @rotate.command()
    def retire(name: Ring, folder: Folder) -> None:
        """Step 3: the oldest key goes."""
        with plain_errors():
            _tell("retire", name, folder, _keys(folder).retire(name))

    return commands


def _keys(folder: Path) -> ProductionKeys:
    return ProductionKeys(folder, datetime.now(UTC).date())


def _held(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def _tell(step: str, name: str, folder: Path, kid: str) -> None:
    public = public_name(name)
    # whoever seals has to know the new public key only when it is used; whoever verifies, before
    told = {"add", "retire"} if is_known_before_use(name) else {"promote"}
    also = HOLDERS[public] if public and step in told else ()
    who = ", ".join((*HOLDERS[name], *also))
    typer.echo(_STEPS[step].format(name=name, kid=kid, who=who, folder=folder))
