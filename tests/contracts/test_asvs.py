"""docs/security-asvs.md: every requirement once, with an honest word, and tests that exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from launcher.places import ROOT

DOCUMENT = ROOT / "docs" / "security-asvs.md"
TESTS = ROOT / "tests"
NAMED = re.compile(r"`([\w/]+\.py)(?:::(\w+))?`")
STATUSES = {"met", "not applicable", "deviates"}


def rows(text: str) -> list[tuple[str, str, str, str]]:
    """Number, requirement, status and what stands behind it, of every row of every table."""
    found = [
        [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        for line in text.splitlines()
        if line.startswith("| ")
    ]
    assert all(len(row) == 4 for row in found), [row for row in found if len(row) != 4]
    return [(row[0], row[1], row[2], row[3]) for row in found if row[0] != "number"]


def required() -> dict[str, int]:
    """Requirement → level."""
    lines = Path(__file__).with_name("asvs-5.0.0.txt").read_text(encoding="utf-8").splitlines()
    return {number: int(level) for number, level in (line.split() for line in lines if not line.startswith("#"))}


@cache
def functions(path: str) -> frozenset[str]:
    """The tests of a file of ``tests/``."""
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds) and node.name.startswith("test_"))


def problems(number: str, status: str, behind: str) -> list[str]:
    """What is wrong with a row."""
    tests = NAMED.findall(behind)
    found = [f"{number}: there is no tests/{path}" for path, _ in tests if not (TESTS / path).is_file()]
    found += [
        f"{number}: there is no {name} in tests/{path}"
        for path, name in tests
        if name and (TESTS / path).is_file() and name not in functions(path)
    ]
    if status == "met" and not tests:
        found.append(f"{number}: met, and no test is named")
    if status == "met" and NAMED.sub("", behind).strip(", "):
        found.append(f"{number}: met, and more is said than its tests")
    if status != "met" and len(NAMED.sub("", behind).split()) < 2:
        found.append(f"{number}: {status}, and no reason is given")
    return found


TABLE = rows(DOCUMENT.read_text(encoding="utf-8"))


def test_every_requirement_is_there_once_and_in_its_order() -> None:
    asked = required()
    assert (len(asked), set(asked.values())) == (253, {1, 2})
    assert sum(level == 1 for level in asked.values()) == 70
    assert [number for number, *_ in TABLE] == sorted(
        asked, key=lambda number: [int(part) for part in number.split(".")]
    )


def test_every_row_names_tests_that_exist_or_a_reason() -> None:
    assert [one for number, _, status, behind in TABLE for one in problems(number, status, behind)] == []


def test_every_row_has_one_of_the_three_words() -> None:
    assert [(number, status) for number, _, status, _ in TABLE if status not in STATUSES] == []


def test_no_sentence_is_the_standards() -> None:
    """Its words are OWASP's; ours say it shorter."""
    assert all(0 < len(text) < 120 and not text.startswith("Verify") for _, text, *_ in TABLE)


@pytest.mark.parametrize(
    ("status", "behind", "said"),
    [
        ("met", "`contracts/test_asvs.py::test_that_nobody_wrote`", "there is no test_that_nobody_wrote"),
        ("met", "`contracts/test_nothing.py`", "there is no tests/contracts/test_nothing.py"),
        ("met", "because", "no test is named"),
        ("met", "`contracts/test_asvs.py` mostly", "more is said"),
        ("deviates", "`contracts/test_asvs.py`", "no reason"),
        ("not applicable", "", "no reason"),
    ],
)
def test_a_row_that_claims_too_much_is_seen(status, behind, said) -> None:
    assert any(said in problem for problem in problems("1.1.1", status, behind))
