"""The table of guarantees."""

from datetime import date

from sqlmodel import Field

from member_space.tables import Table


class GuaranteeLine(Table, table=True):
    """One line of the table of guarantees. An empty cell: not covered by that coverage or module."""

    __tablename__ = "guarantee_line"

    edition: date = Field(primary_key=True)
    """First day on which the edition holds; a later edition replaces it as a whole."""
    code: str = Field(primary_key=True)
    rank: int
    post: str
    """Care post, for example ``Dentaire``."""
    heading: str
    """Heading inside the post, for example ``100 % santé``; may be empty."""
    label: str
    coverage_1: str
    coverage_2: str
    module_a: str
    module_b: str
    module_c: str
    module_plus: str
