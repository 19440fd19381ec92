"""``<service> export-person ID``: what a service keeps of one person, for who asks for a copy (GDPR, article 15)."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import inspect, select
from sqlmodel import SQLModel

from shared.command_work import in_one_unit
from shared.database.unit_of_work import UnitOfWork
from shared.settings import ServiceSettings, load_settings


@dataclass(frozen=True)
class Part:
    """The rows of one table that are a person's: those whose ``person`` column is their id."""

    table: type[SQLModel]
    person: str = "person_id"
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Column → why its value says nothing to anybody."""
    kind: str = ""
    """Column that tells kinds of rows apart, where some are not the person's to have."""
    others: Mapping[str, str] = field(default_factory=dict)
    """Value of that column → why such rows are somebody else's, though they are about the person."""


async def copy_of(work: UnitOfWork, parts: Sequence[Part], person_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Name of a table → its rows, every column but those left out, in the order of the primary key."""
    told: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        table = inspect(part.table).local_table
        columns = [column for column in table.columns if column.name not in part.left_out]
        query = select(*columns).where(table.c[part.person] == person_id).order_by(*table.primary_key)
        if part.others:
            query = query.where(table.c[part.kind].not_in(part.others))
        told[table.name] = [dict(row) for row in (await work.session.execute(query)).mappings()]
    return told


def add_export_command(
    commands: typer.Typer, service: str, settings_kind: type[ServiceSettings], parts: Sequence[Part]
) -> None:
    """Give a service's command line the verb."""

    @commands.command("export-person")
    def export_person(person_id: Annotated[UUID, typer.Argument(help="As the desk shows it.")]) -> None:
        """Print as JSON what this service keeps of a person. It is theirs alone: prove who asks first.

        Exit status 0: done, also where nothing is kept; 1: the database does not answer.
        """
        told = in_one_unit(
            load_settings(settings_kind), service, "export-person", lambda work: copy_of(work, parts, person_id)
        )
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2, default=str))
