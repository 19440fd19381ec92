"""What the command line of staff accounts shows. Nothing here is logged or kept."""

import io
from collections.abc import Iterable

import segno
import typer
from rich.console import Console
from rich.table import Table

from activation.one_time_codes import enrolment_uri, in_groups
from activation.staff.accounts import HandedOut
from activation.staff.models import StaffAccount

ISSUER = "Espace adhérent - gestion"
"""How an authenticator application calls these codes."""


def hand_out(given: HandedOut) -> None:
    """Password, address for the authenticator application with its QR code, and the secret to type."""
    uri = enrolment_uri(given.secret, given.login, ISSUER)
    typer.echo(f"""
Login                 {given.login}
Provisional password  {given.password}
Codes                 scan this with an authenticator application:

{qr_code(uri)}
                      or open  {uri}
                      or type  {in_groups(given.secret)}

Shown this once. At the first sign-in on /gestion/connexion the person chooses a password of their own.""")


def qr_code(text: str) -> str:
    """The code in half blocks, two rows a line, for a terminal."""
    drawn = io.StringIO()
    segno.make_qr(text, error="m").terminal(drawn, border=2, compact=True)
    return drawn.getvalue()


def show(people: Iterable[StaffAccount]) -> None:
    """A table, one account a line."""
    table = Table("login", "name", "role", "state", box=None)
    for one in people:
        table.add_row(one.login, one.name, one.role, _state(one))
    Console(markup=False).print(table)


def _state(account: StaffAccount) -> str:
    if account.disabled_at is not None:
        return f"disabled on {account.disabled_at:%Y-%m-%d}"
    return "has not chosen a password yet" if account.must_change_password else "active"
