"""``/espace/api/v1/contracts``: one's contracts as JSON, as the home page shows them."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.contracts.covered import load_covered
from member_space.contracts.queries import running

router = APIRouter(tags=["contracts"])


class Covered(BaseModel):
    """Somebody whom a contract covers."""

    model_config = ConfigDict(from_attributes=True, use_attribute_docstrings=True)

    name: str
    relation: str
    """To the holder: `adhérent` (the holder), `conjoint`, `enfant`, `autre`."""


class ContractOut(BaseModel):
    """A contract that runs, or will."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    number: str
    coverage: str
    """`1` or `2`."""
    modules: Sequence[str]
    """Of `A`, `B`, `C`, `+`."""
    since: date
    until: date | None
    """Last day; null: running on."""
    covered: Sequence[Covered]
    """Today or later: the holder first, then by age."""


@router.get("/contracts")
async def listing(visit: Annotated[SpaceVisit, may(Action.SEE_HOME)]) -> list[ContractOut]:
    """The contracts that run or will, by their first day."""
    session = visit.work.session
    contracts = await running(session, visit.subject, visit.today)
    covered = await load_covered(session, visit.subject, contracts, visit.today)
    return [
        ContractOut(
            **one.model_dump(include={"number", "coverage", "modules", "since", "until"}),
            covered=[Covered.model_validate(person) for person in covered[one.number]],
        )
        for one in contracts
    ]
