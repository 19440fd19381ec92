"""The steps of a batch, as lines of the journal, and the states that they lead to."""

from enum import StrEnum
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from print_shop.tickets import Ticket


class Step(StrEnum):
    """``spooled`` → ``owned`` → ``taken-told`` → ``printing`` → ``printed`` → ``printed-told`` → ``posted`` → ``end-told``.

    Or ``refused`` → ``end-told``. ``owned``: the gateway has given it to this spool; until then another worker may get it.
    ``in-doubt``: whether it is printed, people have to say. ``renewed``: it was offered with a higher run, for which everything
    has to be told anew. ``left``: unprinted, and no longer offered to us.
    """

    SPOOLED = "spooled"
    OWNED = "owned"
    TAKEN_TOLD = "taken-told"
    PRINTING = "printing"
    IN_DOUBT = "in-doubt"
    PRINTED = "printed"
    PRINTED_TOLD = "printed-told"
    POSTED = "posted"
    REFUSED = "refused"
    END_TOLD = "end-told"
    RENEWED = "renewed"
    LEFT = "left"


class State(StrEnum):
    """Where a batch stands, as far as this disk knows."""

    OFFERED = "offered"
    """In the spool, and perhaps another worker's: the gateway has to be asked before it is touched."""
    ARRIVED = "arrived"
    """Not checked yet."""
    TO_PRINT = "to-print"
    PRINTING = "printing"
    IN_DOUBT = "in-doubt"
    TO_POST = "to-post"
    POSTED = "posted"
    REFUSED = "refused"
    LEFT = "left"
    """Not printed here: another offer took its place."""


UNDOES: dict[Step, tuple[Step, ...]] = {
    Step.SPOOLED: (Step.LEFT,),
    Step.RENEWED: (Step.LEFT, Step.RENEWED, Step.OWNED, Step.TAKEN_TOLD, Step.PRINTED_TOLD, Step.END_TOLD),
    Step.PRINTING: (Step.PRINTING, Step.IN_DOUBT, Step.PRINTED, Step.PRINTED_TOLD),
    Step.PRINTED: (Step.IN_DOUBT,),
}
"""Steps that no longer hold once another is taken. Of any other step, the first time is the one that holds."""

TOLD_STEPS = frozenset({Step.TAKEN_TOLD, Step.PRINTED_TOLD, Step.END_TOLD})
AS_BEFORE = {Step.SPOOLED: Step.OWNED, Step.PRINTED: Step.POSTED}
"""What a line of an earlier version means besides."""


class Line(BaseModel):
    """One line of the journal."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    at: AwareDatetime
    batch_id: UUID
    run: int
    serial: str
    step: Step
    reason: str = ""
    who: str | None = None
    """Login of the operator. Earlier versions did not note it; their ``printed`` meant printed and posted."""
    letters: int | None = None
    sheets: int | None = None
    """Of the file (``spooled``, ``renewed``); out of the printer (``printed``)."""
    spoiled: tuple[UUID, ...] = ()
    ticket: Ticket | None = None
    reprint: bool = False
    """When it came here first (``spooled``), a print of another worker's was possible."""


STATES = (
    (Step.LEFT, State.LEFT),
    (Step.REFUSED, State.REFUSED),
    (Step.POSTED, State.POSTED),
    (Step.PRINTED, State.TO_POST),
    (Step.IN_DOUBT, State.IN_DOUBT),
    (Step.PRINTING, State.PRINTING),
    (Step.TAKEN_TOLD, State.TO_PRINT),
    (Step.OWNED, State.ARRIVED),
)
"""The first of these steps that holds says the state; with none, it is ``offered``."""
