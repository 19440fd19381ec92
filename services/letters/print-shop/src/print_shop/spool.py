"""The spool: sealed batches and their manifests on disk, from before they are acknowledged until they are posted."""

import json
import shutil
from pathlib import Path
from uuid import UUID, uuid4

from pydantic import ValidationError

from print_shop.durable import make_folder, sync_folder, write_durably
from print_shop.refusal import BatchRefusedError, unsigned
from shared.contracts.print_batch import PrintBatchV1
from shared.contracts.print_manifest import PrintManifest

_SEALED, _MANIFEST = "batch.sealed", "manifest.json"


class Spool:
    """``batches/`` holds what is in hand, ``aside/`` what was refused, for people to look at, ``ended/`` old manifests."""

    def __init__(self, folder: Path) -> None:
        self.folder = make_folder(folder)
        self._batches = make_folder(folder / "batches")
        self._aside = make_folder(folder / "aside")
        self._ended = make_folder(folder / "ended")
        self.journal_path = folder / "journal.jsonl"
        self.id = self._made_once(folder / "id")

    @staticmethod
    def _made_once(path: Path) -> UUID:
        """The id of this disk, by which the gateway knows whose a batch is."""
        if not path.exists():
            write_durably(path, str(uuid4()).encode())
        return UUID(path.read_text())

    def keep(self, manifest: PrintManifest, sealed: bytes) -> None:
        """Sealed file and manifest, on disk when this returns."""
        write_durably(make_folder(self._folder(manifest.batch_id)) / _SEALED, sealed)
        self.keep_manifest(manifest)

    def keep_manifest(self, manifest: PrintManifest) -> None:
        """The manifest alone: of a later run of a batch that is here, or was."""
        folder = self._folder(manifest.batch_id)
        path = folder / _MANIFEST if folder.exists() else self._ended_manifest(manifest.batch_id)
        write_durably(path, manifest.model_dump_json().encode())

    def manifest(self, batch_id: UUID) -> PrintManifest | None:
        """The manifest of a batch in hand, refused or ended; None when it is not here or was not signed."""
        for path in (
            self._folder(batch_id) / _MANIFEST, self._aside / str(batch_id) / _MANIFEST, self._ended_manifest(batch_id),
        ):  # fmt: skip
            if path.exists():
                try:
                    return PrintManifest.model_validate_json(path.read_bytes())
                except ValidationError:
                    return None
        return None

    def unsigned_manifest(self, batch_id: UUID) -> PrintBatchV1 | None:
        """What an earlier version of the worker kept of a batch."""
        try:
            return PrintBatchV1.received(json.loads((self._folder(batch_id) / _MANIFEST).read_bytes()))
        except (FileNotFoundError, ValueError):
            return None

    def load(self, batch_id: UUID) -> tuple[PrintManifest, bytes]:
        """Manifest and sealed file of a kept batch.

        Raises:
            BatchRefusedError: they are gone, or the manifest is not one that was signed.
        """
        manifest = self.manifest(batch_id)
        if manifest is None and self.unsigned_manifest(batch_id) is not None:
            raise unsigned()
        try:
            sealed = (self._folder(batch_id) / _SEALED).read_bytes()
        except FileNotFoundError:
            manifest, sealed = None, b""
        if manifest is None:
            raise BatchRefusedError("lost", "le lot a disparu du disque de l’imprimerie")
        return manifest, sealed

    def set_aside(self, batch_id: UUID) -> Path:
        """Keep a refused batch out of the way, for people to look at; where."""
        target = self._aside / str(batch_id)
        if (folder := self._folder(batch_id)).exists():
            shutil.rmtree(target, ignore_errors=True)
            folder.replace(target)
            sync_folder(self._aside)
        return target

    def end(self, batch_id: UUID) -> None:
        """Forget a posted batch but for its manifest."""
        folder = self._folder(batch_id)
        if (manifest := folder / _MANIFEST).exists():
            manifest.replace(self._ended_manifest(batch_id))
            sync_folder(self._ended)
        shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, batch_id: UUID) -> Path:
        # earlier versions had a folder for each run, and there was never another than the first
        earlier = self._batches / f"{batch_id}-1"
        return earlier if earlier.exists() else self._batches / str(batch_id)

    def _ended_manifest(self, batch_id: UUID) -> Path:
        return self._ended / f"{batch_id}.json"
