"""``/espace/api/v1/journal``: the journal as JSON."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import AfterValidator, BaseModel, ConfigDict

from member_space.access.actions import Action
from member_space.access.space_visit import SpaceVisit, may
from member_space.journal import queries
from member_space.place import Place

router = APIRouter(tags=["journal"])


class Line(BaseModel):
    """One act or access."""

    model_config = ConfigDict(use_attribute_docstrings=True)

    at: datetime
    actor: Literal["self", "delegate", "staff"]
    name: str
    """French, as the page shows it."""
    action: str
    words: str
    """French, follows ``name``."""
    mandate: UUID | None
    object: str
    """Number or id of what it was done to; may be empty."""


class Lines(BaseModel):
    """A page, newest first; ``older`` is for ``before``, null at the end."""

    lines: Sequence[Line]
    older: str | None


def _place(text: str) -> str:
    if text and Place.read(text) is None:
        raise ValueError("not a place in the journal")
    return text


Before = Annotated[
    str,
    Query(
        max_length=60,
        json_schema_extra={"format": "journal-place"},
        description="As `older` of another page says it; empty: the newest lines.",
    ),
    AfterValidator(_place),
]


def written(page: queries.Page) -> Lines:
    """A page as JSON."""
    return Lines(lines=[_line(line) for line in page.lines], older=str(page.older) if page.older else None)


def _line(line: queries.Line) -> Line:
    entry = line.entry
    actor: Literal["self", "delegate", "staff"] = (
        "staff" if entry.staff else "self" if entry.actor_id == entry.subject_id else "delegate"
    )
    return Line(
        at=line.at, actor=actor, name=line.who, action=entry.action, words=line.what, mandate=entry.mandate_id,
        object=entry.object_id,
    )  # fmt: skip


@router.get("/journal")
async def journal(visit: Annotated[SpaceVisit, may(Action.SEE_JOURNAL)], before: Before = "") -> Lines:
    """What was done in one's space, 100 lines a page."""
    found = await queries.page(visit.work.session, visit.subject, before=Place.read(before))
    return written(found)
