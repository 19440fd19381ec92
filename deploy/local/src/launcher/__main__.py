"""`python -m launcher run`, `demo`, `dead-letters`, `code` and `keys`."""

import asyncio
import io
import os
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Annotated

import typer

from launcher import demo as story
from launcher import session, staff, who
from launcher.keys import Keys
from launcher.keys_commands import keys_commands
from launcher.places import Places
from launcher.process import LaunchError
from launcher.services import OVERRIDES, SERVICES, command, environment
from launcher.system import DEMONSTRATION, System

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def run() -> None:
    """Run the whole system on this machine until Ctrl-C; data is kept for the next time."""
    with _plain_errors():
        places = Places.of(os.environ)
        # Ctrl-C is how one ends it.
        with session.locked(places), suppress(session.StoppedError):
            _live(lambda say: System(places, settings=_chosen(), say=say), _stay)


@app.command()
def demo() -> None:
    """Play one member's whole journey on a system of its own, made anew in var/demo, then stop it."""
    with _plain_errors():
        places = Places.of(os.environ, "demo")
        with session.locked(places):
            session.wipe(places)
            settings = story.SETTINGS | _chosen()
            _live(lambda say: System(places, settings=settings, say=say, throwaway=True), story.play)


@app.command("dead-letters", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
def dead_letters(words: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """List what each service of the running system could not handle; with a service and a verb, do that.

    For example: dead-letters letters show MESSAGE
    """
    with _plain_errors():
        places, (service, *verb) = Places.of(os.environ), words or [""]
        if service not in ("", *SERVICES):
            raise LaunchError(f"“{service}” is no service: {', '.join(SERVICES)}")
        keys = Keys(places.var / "secrets")
        if not (keys.of(SERVICES[0]) / "broker_url").exists():
            raise LaunchError(f"Nothing has run in {places.var} yet: `make run` first")
        statuses = [
            subprocess.run(
                command(name, "dead-letters", *(verb or ["list"])),
                env=environment(places, keys, name, _chosen()),
                check=False,
            ).returncode
            for name in ([service] if service else SERVICES)
        ]
        raise typer.Exit(max(statuses))


@app.command()
def code(login: str) -> None:
    """Print the one-time code of now of one of the demonstration's staff, as their telephone would show it."""
    with _plain_errors():
        _write(staff.code_in_words(staff.colleague(DEMONSTRATION, login)))


def _chosen() -> dict[str, str]:
    return {name: os.environ[name] for name in OVERRIDES if name in os.environ}


def _live(make: Callable[[Callable[[str], None]], System], use: Callable[[System], Awaitable[None]]) -> None:
    begun = time.monotonic()

    def say(line: str) -> None:
        _write(f"{time.monotonic() - begun:6.1f} s  {line}")

    system = make(say)
    say(f"starting in {system.places.var}, logs in {system.places.var / 'log'}")
    try:
        asyncio.run(session.live(system, use))
    finally:
        say("everything is stopped")


async def _stay(system: System) -> None:
    places, register = system.places, system.demonstration / "register.csv"
    colleagues = "\n".join(f"    {line}" for line in staff.lines(system.demonstration))
    who_to_try = "\n".join(f"    {line}" for line in who.lines(register))
    _write(f"""
  The site          {places.site}
  Received mails    {places.inbox}   ({places.mail}/*.eml)
  Printed letters   {places.letters}/*.pdf
  Logs              {places.var}/log/*.log

  Who to try, in « Créer mon compte » (any e-mail address; all of them: {register}):
{who_to_try}

  The desk          {places.site}/gestion/   (role, login, password)
{colleagues}
    A code is good once; the one of now: .venv/bin/python -m launcher code LOGIN

Ctrl-C stops all of it; data is kept for the next time.""")
    await system.watch()


@contextmanager
def _plain_errors() -> Iterator[None]:
    """What can go wrong on a machine is said in a sentence, with exit status 1."""
    try:
        yield
    except LaunchError as error:
        _write(str(error), to_errors=True)
        raise typer.Exit(1) from None
    except session.StoppedError:
        raise typer.Exit(130) from None
    except PermissionError as error:
        _write(
            f"{error.filename} belongs to someone else: delete it, or choose a folder with VAR_DIR=…", to_errors=True
        )
        raise typer.Exit(1) from None


def _write(text: str, *, to_errors: bool = False) -> None:
    # A terminal that is closed must not keep anything from being stopped.
    with suppress(OSError):
        typer.echo(text, file=sys.stderr if to_errors else sys.stdout)
        sys.stdout.flush()


app.add_typer(keys_commands(_plain_errors), name="keys")


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without « » still shows the rest
    app()


if __name__ == "__main__":
    main()
