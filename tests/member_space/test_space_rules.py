"""Rules without I/O."""

from datetime import date
from uuid import uuid4

from member_space.guarantees.guarantee_table import arrange
from member_space.models import Contract, GuaranteeLine


def line(code: str, post: str, heading: str, **cells: str) -> GuaranteeLine:
    empty = dict.fromkeys(("coverage_1", "coverage_2", "module_a", "module_b", "module_c", "module_plus"), "")
    return GuaranteeLine(
        edition=date(2026, 1, 1), code=code, rank=1, post=post, heading=heading, label=code, **(empty | cells)
    )


def contract(coverage: str, *modules: str) -> Contract:
    return Contract(
        number="C-1234",
        person_id=uuid4(),
        coverage=coverage,
        modules=list(modules),
        since=date(2020, 1, 1),
        beneficiaries=[],
    )


def test_own_columns_are_those_of_the_contract() -> None:
    table = arrange([], [contract("2", "A", "+")])
    assert [column.field for column in table.columns if column.own] == ["coverage_2", "module_a", "module_plus"]
    assert not any(column.own for column in arrange([], []).columns)


def test_lines_are_grouped_by_post_and_heading_in_order() -> None:
    lines = [
        line("a", "Dentaire", "100 % santé"),
        line("b", "Dentaire", "Autres"),
        line("c", "Dentaire", "Autres", module_b="10 €"),
    ]
    groups = arrange(lines, []).groups
    assert [(group.post, group.heading, len(group.lines)) for group in groups] == [
        ("Dentaire", "100 % santé", 1),
        ("Dentaire", "Autres", 2),
    ]
    assert groups[1].lines[1].cells == ("", "", "", "10 €", "", "")
