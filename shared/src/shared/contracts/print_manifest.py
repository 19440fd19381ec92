"""What a batch of letters consists of, as ``letters`` says and signs it, and what both sides count by."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.contracts.print_batch import Sha256


class ManifestLetter(BaseModel):
    """One letter of a batch: one sheet."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    mark: str
    """The opaque mark that stands on it as a DataMatrix and in signs (``letter_mark``)."""
    sha256: Sha256 = Field(pattern=r"^[0-9a-f]{64}$")
    """Of what is printed on its sheet: ``shared.printing.sheet_digest``."""


class PrintManifest(BaseModel):
    """The manifest. Fields may be added; a reader ignores those that it does not know, since the signature covers the text."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    batch_id: UUID
    serial: str = Field(pattern=r"^[0-9A-Z-]{4,40}$")
    """The visible name of the batch: on its separator sheet, on every letter, and of the printed file."""
    run: int = Field(ge=1)
    """1 for the first print; raised when the same file is offered again."""
    earlier_print_possible: bool = False
    """Somebody fetched an earlier run and did not say what became of it: a print of these letters may exist."""
    letters: tuple[ManifestLetter, ...] = Field(min_length=1)
    """In printing order."""
    separators: int = Field(ge=0)
    """Separator sheets before the first letter."""
    fetch_path: str = Field(pattern=r"^/impression/lots/[0-9a-f-]{36}/[0-9]+$")
    """Path below the gateway's address where the sealed PDF is fetched: batch and run. 409: a later run is offered."""
    sealed_bytes: int = Field(ge=1)
    sealed_sha256: Sha256 = Field(pattern=r"^[0-9a-f]{64}$")
    pdf_sha256: Sha256 = Field(pattern=r"^[0-9a-f]{64}$")
    key_id: str
    """Which of the print shop's keys opens the batch."""
    closed_at: datetime
    post_on: date
    """The day on which the letters are to be handed to the post."""
    taken_by: datetime
    """Until when ``letters`` waits to hear that it was taken; then it offers the batch again, with a higher run."""

    @property
    def sheets(self) -> int:
        """Sheets of paper, separators included."""
        return self.separators + len(self.letters)

    @property
    def letter_ids(self) -> tuple[UUID, ...]:
        """In printing order."""
        return tuple(letter.id for letter in self.letters)
