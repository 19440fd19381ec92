"""What operations read of the faults (``docs/faults.md``) names every test of them, and no other."""

import re
from fnmatch import fnmatch
from pathlib import Path

HERE = Path(__file__).parent
TABLE = [line for line in (HERE.parents[1] / "docs" / "faults.md").read_text().splitlines() if line.startswith("| F")]


def test_every_fault_has_its_row_and_its_tests():
    assert [line.split()[1] for line in TABLE] == [f"F{number}" for number in range(1, 17)]
    named = {name for line in TABLE for name in re.findall(r"`(test_\S+\.py)`", line)}
    there = {path.name for path in HERE.glob("test_*.py")} - {Path(__file__).name}
    assert {name for name in named if not any(fnmatch(file, name) for file in there)} == set()
    assert {file for file in there if not any(fnmatch(file, name) for name in named)} == set()
