"""``activation add-staff | reset-staff | disable-staff | list-staff | demonstration-staff``."""

import csv
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, NoReturn, TypeVar

import typer

from activation.settings import Settings
from activation.staff import accounts, terminal
from activation.staff.accounts import HandedOut, StaffError
from activation.staff.kept_secrets import StaffSecrets, staff_secrets
from shared.command_work import in_one_unit
from shared.database.unit_of_work import UnitOfWork
from shared.dead_letter_program import os_user
from shared.observability.logs import configure_logs
from shared.security.signed_in import Role
from shared.settings import Environment, load_settings

Answer = TypeVar("Answer")

Login = Annotated[str, typer.Argument(help="The professional e-mail address.")]
Name = Annotated[str, typer.Option(help="As colleagues read it: given name and family name.")]
RoleOf = Annotated[Role, typer.Option(help="What they do at the desk.")]
OtherRole = Annotated[Role | None, typer.Option(help="Another role from now on.")]
Who = Annotated[str | None, typer.Option(help="Who does it; the user of this machine unless given.")]


def add_staff_commands(commands: typer.Typer) -> None:
    """Give the service's command line the verbs for staff accounts."""
    for verb in (add_staff, reset_staff, disable_staff, list_staff):
        commands.command()(verb)
    commands.command(hidden=True)(demonstration_staff)


def add_staff(login: Login, name: Name, role: RoleOf, who: Who = None) -> None:
    """Make a staff account. What it prints is shown once: hand it to the person, and to nobody else."""
    terminal.hand_out(
        _run(lambda work, staff, _: accounts.add(work, staff, login, name, role, done_by=who or os_user()))
    )


def reset_staff(login: Login, role: OtherRole = None, who: Who = None) -> None:
    """Hand out a new password and a new secret for codes: forgotten, lost, locked out, or disabled until now."""
    terminal.hand_out(
        _run(
            lambda work, staff, settings: accounts.reset(
                work, staff, settings.fingerprint_keys, login, role, done_by=who or os_user()
            )
        )
    )


def disable_staff(login: Login, who: Who = None) -> None:
    """Keep someone out, from their next request on. reset-staff lets them in again."""
    _run(lambda work, *_: accounts.disable(work, login, done_by=who or os_user()))
    typer.echo(f"{login} is disabled")


def list_staff() -> None:
    """Everyone who has an account, with their role."""
    terminal.show(_run(lambda work, *_: accounts.everyone(work)))


def demonstration_staff(file: Annotated[Path, typer.Argument(help="CSV: login;name;role;password;secret")]) -> None:
    """Make the accounts of a demonstration, whose means everybody knows. Safe to run again."""
    if load_settings(Settings).environment is not Environment.DEMONSTRATION:
        _refuse("Accounts that everybody can use are for ENVIRONMENT=demonstration alone")
    with file.open(encoding="utf-8", newline="") as opened:
        people = list(csv.DictReader(opened, delimiter=";"))
    made = _run(lambda work, staff, _: _missing(work, staff, people))
    typer.echo(f"activation: {made} of {len(people)} demonstration staff accounts made")


async def _missing(work: UnitOfWork, staff: StaffSecrets, people: list[dict[str, str]]) -> int:
    there = {account.login for account in await accounts.everyone(work)}
    missing = [one for one in people if one["login"] not in there]
    for one in missing:
        given = HandedOut(one["login"], one["password"], one["secret"])
        role = Role(one["role"])
        await accounts.add(work, staff, one["login"], one["name"], role, done_by="demonstration", given=given)
    return len(missing)


def _run(act: Callable[[UnitOfWork, StaffSecrets, Settings], Awaitable[Answer]]) -> Answer:
    """Do it in one unit of work; what goes wrong is told with what to do, exit status 1."""
    settings = load_settings(Settings)
    configure_logs("activation", "CRITICAL")  # what people need is told; a log between the lines is not
    try:
        return in_one_unit(settings, "activation", "staff", lambda work: act(work, staff_secrets(settings), settings))
    except StaffError as error:
        _refuse(str(error))


def _refuse(text: str) -> NoReturn:
    typer.echo(text, err=True)
    raise typer.Exit(1)
