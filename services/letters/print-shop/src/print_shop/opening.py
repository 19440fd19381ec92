"""Is a batch what its manifest says, and can it be opened?"""

import hashlib
import io

import pikepdf

from shared.contracts.print_batch import PrintBatch
from shared.security.key_ring import KeyRing
from shared.security.sealing import CannotOpenError, unseal


class BatchRefusedError(Exception):
    """The batch must not be printed. Its text is the reason, for the receipt."""


def check_sealed(batch: PrintBatch, sealed: bytes) -> None:
    """Compare the fetched bytes with the manifest.

    Raises:
        BatchRefusedError: another size or another SHA-256.
    """
    if len(sealed) != batch.sealed_bytes:
        raise BatchRefusedError(f"the sealed file has {len(sealed)} bytes, the manifest says {batch.sealed_bytes}")
    if hashlib.sha256(sealed).hexdigest() != batch.sealed_sha256:
        raise BatchRefusedError("the SHA-256 of the sealed file is not the manifest's")


def open_batch(batch: PrintBatch, sealed: bytes, private_keys: KeyRing) -> bytes:
    """The PDF of a batch, checked.

    Raises:
        BatchRefusedError: it can't be opened, or the PDF is not the manifest's, or has another number of sheets.
    """
    check_sealed(batch, sealed)
    try:
        pdf = unseal(private_keys, batch.key_id, sealed)
    except CannotOpenError as error:
        raise BatchRefusedError(f"the sealed file can't be opened: {error}") from None
    if hashlib.sha256(pdf).hexdigest() != batch.pdf_sha256:
        raise BatchRefusedError("the SHA-256 of the PDF is not the manifest's")
    try:
        with pikepdf.open(io.BytesIO(pdf)) as file:
            pages = len(file.pages)
    except pikepdf.PdfError:
        raise BatchRefusedError("the file is not a readable PDF") from None
    if not pages == batch.sheets == len(batch.letter_ids):
        raise BatchRefusedError(f"{pages} pages, {batch.sheets} sheets and {len(batch.letter_ids)} letters")
    return pdf
