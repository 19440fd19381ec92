"""Is a batch what its manifest says, and can it be opened?"""

import hashlib
import io

import pikepdf

from print_shop.refusal import BatchRefusedError
from print_shop.words import number, sheets
from shared.contracts.print_manifest import PrintManifest
from shared.printing.sheet_digest import sheet_digests
from shared.security.key_ring import KeyRing
from shared.security.sealing import CannotOpenError, unseal

_UNREADABLE = (pikepdf.PdfError, AttributeError, KeyError, TypeError, ValueError)
"""What pikepdf raises for a page that is not made as it should be."""


def open_batch(manifest: PrintManifest, sealed: bytes, private_keys: KeyRing) -> bytes:
    """The PDF of a batch, which is the manifest's to the last bit.

    Raises:
        BatchRefusedError: the sealed file is not the manifest's, can't be opened, or holds another PDF.
    """
    if len(sealed) != manifest.sealed_bytes:
        found, said = number(len(sealed)), number(manifest.sealed_bytes)
        raise BatchRefusedError("sealed-size", f"le fichier scellé a {found} octets, le manifeste en annonce {said}")
    if hashlib.sha256(sealed).hexdigest() != manifest.sealed_sha256:
        raise BatchRefusedError("sealed-sha256", "l’empreinte du fichier scellé n’est pas celle du manifeste")
    if private_keys.get(manifest.key_id) is None:
        raise BatchRefusedError("no-key", f"l’imprimerie n’a pas la clé privée « {manifest.key_id[:40]} »")
    try:
        pdf = unseal(private_keys, manifest.key_id, sealed)
    except CannotOpenError:
        raise BatchRefusedError(
            "cannot-open", "le fichier scellé ne s’ouvre pas : altéré, ou scellé pour une autre clé"
        ) from None
    if hashlib.sha256(pdf).hexdigest() != manifest.pdf_sha256:
        raise BatchRefusedError("pdf-sha256", "l’empreinte du PDF n’est pas celle du manifeste")
    return pdf


def check_sheets(manifest: PrintManifest, pdf: bytes) -> int:
    """Compare every sheet with the manifest; how many there are.

    Raises:
        BatchRefusedError: no readable PDF, another number of sheets, or a letter that is not the manifest's.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as file:
            _check_sheets(manifest, file)
    except pikepdf.PdfError:
        raise BatchRefusedError("not-a-pdf", "le fichier n’est pas un PDF lisible") from None
    return manifest.sheets


def _check_sheets(manifest: PrintManifest, file: pikepdf.Pdf) -> None:
    if (found := len(file.pages)) != manifest.sheets:
        due = f"{sheets(manifest.sheets)} ({manifest.separators} de séparation, {len(manifest.letters)} de lettres)"
        raise BatchRefusedError("sheet-count", f"le PDF a {sheets(found)}, le manifeste en annonce {due}")
    digests = sheet_digests(file)
    for place in range(1 - manifest.separators, len(manifest.letters) + 1):
        try:
            digest = next(digests)
        except _UNREADABLE:
            raise BatchRefusedError("unreadable-sheet", f"{_sheet(place)} du lot n’est pas lisible") from None
        if place > 0 and digest != manifest.letters[place - 1].sha256:
            raise BatchRefusedError(
                "letter-sha256", f"l’empreinte de {_sheet(place)} du lot n’est pas celle du manifeste"
            )


def _sheet(place: int) -> str:
    return f"la lettre nº {place}" if place > 0 else "la feuille de séparation"
