"""``/espace/api/v1/guarantees``: the table of guarantees as JSON."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.contracts.queries import of_today
from member_space.guarantees.guarantee_table import arrange
from member_space.guarantees.queries import current_lines

router = APIRouter(tags=["guarantees"])


class GuaranteeColumn(BaseModel):
    """A coverage or module."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)

    field: str
    """As the import calls it: `coverage_1`, `module_plus`."""
    title: str
    own: bool
    """In a contract of the person that runs today."""


class GuaranteeLine(BaseModel):
    """What each column covers."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)

    label: str
    cells: Sequence[str]
    """In the order of the columns; empty: not covered."""


class GuaranteeGroup(BaseModel):
    """Lines of one care post under one heading, which may be empty."""

    model_config = ConfigDict(from_attributes=True)

    post: str
    heading: str
    lines: Sequence[GuaranteeLine]


class Guarantees(BaseModel):
    """The edition that holds today; without groups when there is none yet."""

    model_config = ConfigDict(from_attributes=True)

    columns: Sequence[GuaranteeColumn]
    groups: Sequence[GuaranteeGroup]


@router.get("/guarantees")
async def table(visit: Annotated[SpaceVisit, may(Action.SEE_GUARANTEES)]) -> Guarantees:
    """The table of guarantees, the person's own columns marked."""
    contracts = await of_today(visit.work.session, visit.subject, visit.today)
    lines = await current_lines(visit.work.session, visit.today)
    return Guarantees.model_validate(arrange(lines, contracts))
