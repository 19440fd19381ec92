"""What ``letters`` and the print shop say to each other. The PDF itself is fetched, never put on the queue (design §4)."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.contracts.event import Message

Sha256 = str


class PrintMessage(Message):
    """A message about a batch; it concerns no single person."""

    batch_id: UUID

    @property
    def subject(self) -> str:
        """The batch."""
        return str(self.batch_id)


class PrintBatch(PrintMessage):
    """A batch waits to be printed."""

    source: ClassVar[str] = "letters"
    name: ClassVar[str] = "print-batch"
    version: ClassVar[int] = 2
    exchange: ClassVar[str] = "espace.print"

    serial: str = Field(pattern=r"^[0-9A-Z-]{4,40}$")
    """The visible name of the batch. What counts is in the manifest: this is for whoever looks at the queue."""
    run: int = Field(ge=1)
    signed_manifest: str
    """A ``shared.contracts.print_manifest.PrintManifest`` as ``shared.security.signing`` signs it."""


class PrintReceipt(PrintMessage):
    """What became of a batch at the print shop. Idempotent: the same receipt may come twice, and late, and in any order."""

    source: ClassVar[str] = "print-shop"
    name: ClassVar[str] = "print-receipt"
    version: ClassVar[int] = 2
    exchange: ClassVar[str] = "espace.receipts"

    run: int = Field(ge=1)
    outcome: Literal["taken", "printed", "posted", "refused"]
    """``taken``: on the shop's disk, checked. ``printed``: out of the printer. ``posted``: handed to the post, but for the
    spoiled ones. ``refused``: not printed, and its letters have to be made anew."""
    at: datetime
    letters: int = Field(ge=0)
    """Counted by the shop: letters in the file (``taken``, ``printed``), letters handed to the post (``posted``)."""
    sheets: int = Field(ge=0)
    """Counted by the shop, separator included: sheets in the file, or out of the printer. 0 with ``posted``, ``refused``."""
    spoiled_letter_ids: tuple[UUID, ...] = ()
    """With ``posted``: letters that were printed badly and destroyed."""
    reason: str = Field(default="", max_length=300)
    """With ``refused``: why, for example a hash that does not match."""


class PrintBatchV1(PrintMessage):
    """A batch as it was offered without a signature. The print shop refuses it, so that its letters are made anew."""

    source: ClassVar[str] = "letters"
    name: ClassVar[str] = "print-batch"
    exchange: ClassVar[str] = "espace.print"

    serial: str = Field(pattern=r"^[0-9A-Z-]{4,40}$")
    """The visible name of the batch, also the name of the printed file."""
    run: int = Field(ge=1)
    """1 for the first print; raised when the same letters are offered again."""
    letter_ids: tuple[UUID, ...] = Field(min_length=1)
    """In printing order."""
    sheets: int = Field(ge=1)
    fetch_path: str = Field(pattern=r"^/impression/lots/[0-9a-f-]{36}$")
    """Path below the gateway's address where the sealed PDF is fetched."""
    sealed_bytes: int = Field(ge=1)
    sealed_sha256: Sha256 = Field(pattern=r"^[0-9a-f]{64}$")
    pdf_sha256: Sha256 = Field(pattern=r"^[0-9a-f]{64}$")
    key_id: str
    """Which of the print shop's keys opens the batch."""


class PrintReceiptV1(PrintMessage):
    """A receipt as a worker said it before: ``printed`` meant posted, and nothing was counted."""

    source: ClassVar[str] = "print-shop"
    name: ClassVar[str] = "print-receipt"
    exchange: ClassVar[str] = "espace.receipts"

    run: int = Field(ge=1)
    outcome: Literal["taken", "printed", "refused"]
    at: datetime
    spoiled_letter_ids: tuple[UUID, ...] = ()
    """Letters of the batch that were printed badly and not posted (with ``printed``)."""
    reason: str = Field(default="", max_length=300)
    """Why the batch was refused (with ``refused``), for example a hash that does not match."""


PRINT_MESSAGES: tuple[type[PrintMessage], ...] = (PrintBatch, PrintReceipt, PrintBatchV1, PrintReceiptV1)
