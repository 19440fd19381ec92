"""``member-space serve | migrate | purge``, and ``import-contracts | -beneficiaries | -guarantees | -reimbursements``."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from member_space.contracts.beneficiary_import import BENEFICIARIES
from member_space.contracts.contract_import import CONTRACTS
from member_space.guarantees.guarantee_import import GUARANTEES
from member_space.reimbursements.reimbursement_import import REIMBURSEMENTS
from member_space.retention import first_day_kept
from member_space.settings import Settings
from shared.command_line import service_commands
from shared.imports.command import run_import
from shared.imports.row import Row
from shared.imports.run import Import
from shared.settings import load_settings

commands = service_commands("member_space", Settings)

File = Annotated[Path, typer.Argument(help="CSV file, see the service's README for its columns.")]
ReportFile = Annotated[Path | None, typer.Option(help="Where refused lines are told; default: beside the file.")]


@commands.command()
def import_contracts(file: File, report: ReportFile = None) -> None:
    """Load contracts exported by the back office. Safe to run again."""
    _run(CONTRACTS, file, report)


@commands.command()
def import_beneficiaries(file: File, report: ReportFile = None) -> None:
    """Load whom the contracts cover; contracts first. Safe to run again."""
    _run(BENEFICIARIES, file, report)


@commands.command()
def import_guarantees(file: File, report: ReportFile = None) -> None:
    """Load an edition of the table of guarantees. Safe to run again."""
    _run(GUARANTEES, file, report)


@commands.command()
def import_reimbursements(file: File, report: ReportFile = None) -> None:
    """Load reimbursements exported by the back office. Safe to run again."""
    _run(REIMBURSEMENTS, file, report)


def _run(what: Import[Row], file: Path, report: Path | None) -> None:
    settings = load_settings(Settings)
    kept_from = first_day_kept(datetime.now(UTC), settings)
    raise typer.Exit(run_import(what, file, settings.database_url, report, "member-space", kept_from))


def main() -> None:
    """Entry point of the ``member-space`` command."""
    commands()


if __name__ == "__main__":
    main()
