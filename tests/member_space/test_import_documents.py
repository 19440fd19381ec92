"""What whoever runs an import reads: the columns in the service's README, and the bar on the terminal."""

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.many_reimbursements import write

from member_space.__main__ import commands
from member_space.contracts.beneficiary_import import BENEFICIARIES
from member_space.contracts.contract_import import CONTRACTS
from member_space.guarantees.guarantee_import import GUARANTEES
from member_space.reimbursements.reimbursement_import import REIMBURSEMENTS
from shared.imports.run import BATCH

from .conftest import FORM_KEYS, NOTIFIER_PUBLIC_KEY

README = Path(__file__).parents[2] / "services" / "member-space" / "README.md"
IMPORTS = {
    "import-contracts": CONTRACTS, "import-beneficiaries": BENEFICIARIES, "import-guarantees": GUARANTEES,
    "import-reimbursements": REIMBURSEMENTS,
}  # fmt: skip


def documented(verb: str) -> dict[str, bool]:
    """Column → whether it is required, in the order of the table."""
    section = README.read_text().partition(f"**`member-space {verb} FILE.csv`**")[2].partition("\n**`")[0]
    rows = re.findall(r"^\| (`.+?`) \|(.*)\|$", section, re.MULTILINE)
    return {
        name: "may be empty" not in about.lower() for names, about in rows for name in re.findall(r"`(\w+)`", names)
    }


@pytest.mark.parametrize("verb", IMPORTS)
def test_the_readme_names_every_column_and_which_may_be_empty(verb) -> None:
    fields = IMPORTS[verb].model.model_fields
    assert documented(verb) == {name: field.is_required() for name, field in fields.items()}


def test_every_import_is_documented() -> None:
    verbs = [(one.callback.__name__ or "").replace("_", "-") for one in commands.registered_commands if one.callback]
    assert {verb for verb in verbs if verb.startswith("import-")} == set(IMPORTS)


@pytest.fixture
def command(database, tmp_path):
    """What `subprocess` is told to run the import of two batches."""
    path = tmp_path / "many.csv"
    write(path, BATCH + 1)
    environment = os.environ | {
        "ENVIRONMENT": "test", "PUBLIC_URL": "https://testserver", "DATABASE_URL": database.url, "BROKER_URL": "amqp://x/",
        "FORM_KEYS": FORM_KEYS, "NOTIFIER_PUBLIC_KEY": NOTIFIER_PUBLIC_KEY, "TERM": "xterm", "COLUMNS": "100",
        "ACTIVATION_KEYS_URL": "http://127.0.0.1:1/internal/keys",
    }  # fmt: skip
    return {"args": [sys.executable, "-m", "member_space", "import-reimbursements", str(path)], "env": environment}


def on_terminal(command) -> tuple[int, str]:
    """Exit status, and all that was ever drawn."""
    terminal, side = pty.openpty()
    with subprocess.Popen(**command, stdin=side, stdout=side, stderr=side) as process:
        os.close(side)
        drawn = b""
        try:
            while more := os.read(terminal, 65536):
                drawn += more
        except OSError:  # EIO: so ends a terminal that nobody holds any more
            pass
        os.close(terminal)
        return process.wait(), drawn.decode()


def test_a_terminal_is_shown_a_bar_that_fills_up(command) -> None:
    status, drawn = on_terminal(command)
    assert status == 0, drawn
    assert "many.csv" in drawn
    assert "━" in drawn
    parts = [(float(done), float(whole)) for done, whole in re.findall(r"([\d.]+)/([\d.]+) [kM]B", drawn)]
    shares = [done / whole for done, whole in parts]
    assert (shares[0], shares[-1]) == (0, 1)
    assert shares == sorted(shares)
    assert f"lignes importées {BATCH + 1}" in drawn


def test_what_is_no_terminal_is_shown_the_summary_alone(command) -> None:
    done = subprocess.run(**command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout == f"many.csv : lignes importées {BATCH + 1}, lignes refusées 0\n"
