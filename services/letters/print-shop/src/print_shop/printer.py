"""The printer of the demonstration: a folder into which each batch is written as one PDF."""

import hashlib
from pathlib import Path

from print_shop.durable import make_folder, write_durably
from print_shop.opening import BatchRefusedError
from shared.contracts.print_batch import PrintBatch


class FolderPrinter:
    """Prints a batch as ``<serial>.pdf``, a later run of the same letters as ``<serial>-run2.pdf``."""

    def __init__(self, folder: Path) -> None:
        self._folder = make_folder(folder)

    def has_printed(self, batch: PrintBatch) -> bool:
        """Whether the very batch is there: a crash came between printing and noting it.

        Raises:
            BatchRefusedError: another file has its name; it is left alone.
        """
        path = self.path(batch)
        if not path.exists():
            return False
        if hashlib.sha256(path.read_bytes()).hexdigest() != batch.pdf_sha256:
            raise BatchRefusedError(f"another file named {path.name} was printed before")
        return True

    def print(self, batch: PrintBatch, pdf: bytes) -> Path:
        """Print a batch: whole or not at all."""
        write_durably(self.path(batch), pdf)
        return self.path(batch)

    def path(self, batch: PrintBatch) -> Path:
        """Where a batch is printed to."""
        return self._folder / (f"{batch.serial}.pdf" if batch.run == 1 else f"{batch.serial}-run{batch.run}.pdf")
