"""What the journal keeps of a print, so that it can be found again after a crash."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Ticket(BaseModel):
    """``printer`` is a folder's path or the name of a CUPS queue, ``job`` a file's name or the number of a job.

    ``name`` is the print's own: a CUPS that has lost its history gives the number to another job.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["folder", "cups"]
    printer: str
    job: str
    name: str
