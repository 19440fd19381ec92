"""The spool: sealed batches and their manifests on disk, from before they are acknowledged until they are printed."""

import fcntl
import json
import os
import shutil
from pathlib import Path

from print_shop.durable import make_folder, sync_folder, write_durably
from print_shop.journal import Key, key_of
from print_shop.opening import BatchRefusedError
from shared.contracts.print_batch import PrintBatch


class SpoolInUseError(Exception):
    """Another worker has this spool: two would print the same batches."""


class Spool:
    """``batches/`` holds what is to be printed, ``aside/`` what was refused, for people to look at."""

    def __init__(self, folder: Path) -> None:
        self._batches = make_folder(folder / "batches")
        self._aside = make_folder(folder / "aside")
        self.journal_path = folder / "journal.jsonl"
        self._lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._lock)
            raise SpoolInUseError(f"another print-shop worker uses {folder}") from None

    def close(self) -> None:
        """Let another worker have it."""
        os.close(self._lock)

    def keep(self, batch: PrintBatch, sealed: bytes) -> None:
        """Sealed file and manifest, on disk when this returns."""
        folder = make_folder(self._folder(key_of(batch)))
        write_durably(folder / "batch.sealed", sealed)
        write_durably(folder / "manifest.json", batch.model_dump_json().encode())

    def load(self, key: Key) -> tuple[PrintBatch, bytes]:
        """Manifest and sealed file of a kept batch.

        Raises:
            BatchRefusedError: they are gone, or the manifest can't be read.
        """
        folder = self._folder(key)
        try:
            manifest = PrintBatch.received(json.loads((folder / "manifest.json").read_bytes()))
            return manifest, (folder / "batch.sealed").read_bytes()
        except (FileNotFoundError, ValueError):
            raise BatchRefusedError("the batch was lost from the spool") from None

    def set_aside(self, key: Key) -> None:
        """Keep a refused batch out of the way, for people to look at."""
        if (folder := self._folder(key)).exists():
            target = self._aside / folder.name
            shutil.rmtree(target, ignore_errors=True)
            folder.replace(target)
            sync_folder(self._aside)

    def remove(self, key: Key) -> None:
        """Forget a printed batch."""
        shutil.rmtree(self._folder(key), ignore_errors=True)

    def _folder(self, key: Key) -> Path:
        return self._batches / f"{key[0]}-{key[1]}"
