"""What a PDF must be: whole, open, short, and without anything that runs, starts or hides something.

Nothing of it is shown or unfolded in memory here; ``examine`` bounds the memory and the time of this check.
"""

import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from shared.files.limits import EXPANDED_LIMIT, OBJECT_LIMIT, PAGE_LIMIT, PIXEL_LIMIT
from shared.files.refusals import FileRefusedError, Refusal

_END = 2048
"""Bytes at the end among which readers look for ``%%EOF`` (ISO 32000-1 annex H: 1024)."""
_FLATE = Name.FlateDecode
_EXPANDING = {Name.FlateDecode, Name.LZWDecode, Name.RunLengthDecode}
_FILTERS = _EXPANDING | {
    Name.ASCIIHexDecode, Name.ASCII85Decode, Name.CCITTFaxDecode, Name.JBIG2Decode, Name.DCTDecode, Name.JPXDecode,
}  # fmt: skip
"""Those of ISO 32000-1, table 6. Readers take their short names (``/Fl``) too, which only pictures inside a page may bear."""
_PIECE = 1024 * 1024
_KEYS = {
    "/JS": Refusal.SCRIPT,
    "/JavaScript": Refusal.SCRIPT,
    "/XFA": Refusal.SCRIPT,
    "/EF": Refusal.ATTACHMENT,
    "/EmbeddedFiles": Refusal.ATTACHMENT,
    "/RichMediaContent": Refusal.ATTACHMENT,
}
"""Keys of dictionaries, wherever they stand. qpdf has undone their disguises (``/J#53``) by then."""
_ACTIONS = {
    "/JavaScript": Refusal.SCRIPT,
    "/SubmitForm": Refusal.SCRIPT,
    "/ImportData": Refusal.SCRIPT,
    "/Launch": Refusal.LAUNCH,
    "/GoToR": Refusal.LAUNCH,
    "/GoToE": Refusal.ATTACHMENT,
}
_LINK = re.compile(r"\s*(https?|mailto):", re.IGNORECASE)
"""Where a link may lead. One that names no scheme leads to a file."""
_TYPES = {"/EmbeddedFile": Refusal.ATTACHMENT}


def check_pdf(file: BinaryIO) -> None:
    """Check a PDF.

    Without recovery: what qpdf would repair by guessing, another reader may guess otherwise, and find what was hidden.

    Raises:
        FileRefusedError: with the reason.
    """
    if b"%%EOF" not in _end_of(file):
        raise FileRefusedError(Refusal.DAMAGED, "no end")
    try:
        with pikepdf.open(file, attempt_recovery=False, suppress_warnings=True) as pdf:
            _check(pdf)
    except pikepdf.PasswordError:
        raise FileRefusedError(Refusal.ENCRYPTED) from None
    except pikepdf.PdfError as error:
        raise FileRefusedError(Refusal.DAMAGED, type(error).__name__) from None


def _end_of(file: BinaryIO) -> bytes:
    size = file.seek(0, 2)
    file.seek(max(0, size - _END))
    end = file.read()
    file.seek(0)
    return end


def _check(pdf: Pdf) -> None:
    if pdf.is_encrypted:
        raise FileRefusedError(Refusal.ENCRYPTED)
    if not 0 < len(pdf.pages) <= PAGE_LIMIT:
        raise FileRefusedError(Refusal.TOO_MANY_PAGES if len(pdf.pages) else Refusal.DAMAGED)
    if len(pdf.objects) > OBJECT_LIMIT:
        raise FileRefusedError(Refusal.TOO_COMPLEX, "objects")
    left = EXPANDED_LIMIT
    for whole in (pdf.trailer, *pdf.objects):
        for part in _parts(whole):
            if isinstance(part, Dictionary | Stream):
                _check_dictionary(part)
        if isinstance(whole, Stream):
            left -= _expanded(whole, left)
            if left < 0:
                raise FileRefusedError(Refusal.TOO_COMPLEX, "unfolds")


def _parts(whole: Object) -> Iterator[Object]:
    """An object and the direct objects inside; those it refers to have their own turn."""
    waiting = [whole]
    while waiting:
        one = waiting.pop()
        yield one
        if isinstance(one, Array):
            inside = list(one)
        elif isinstance(one, Dictionary | Stream):
            inside = [one[key] for key in one.keys()]  # noqa: SIM118 - not a dict
        else:
            continue
        waiting += [part for part in inside if not getattr(part, "is_indirect", True)]  # numbers and texts are Python's


def _check_dictionary(found: Object) -> None:
    for key in found.keys():  # noqa: SIM118 - not a dict
        if key in _KEYS:
            raise FileRefusedError(_KEYS[key])
    for key, refused in (("/S", _ACTIONS), ("/Type", _TYPES)):
        value = found.get(key)
        if isinstance(value, Name) and str(value) in refused:
            raise FileRefusedError(refused[str(value)])
    if found.get("/S") == Name.URI and not _LINK.match(str(found.get("/URI"))):
        raise FileRefusedError(Refusal.LAUNCH, "scheme")
    if found.get("/Subtype") == Name.Image and _pixels(found) > PIXEL_LIMIT * 2:
        raise FileRefusedError(Refusal.TOO_COMPLEX, "pixels")


def _pixels(image: Object) -> int:
    width, height = image.get("/Width", 0), image.get("/Height", 0)
    return int(width) * int(height) if isinstance(width, int) and isinstance(height, int) else 0


def _expanded(stream: Stream, most: int) -> int:
    """Bytes that a stream unfolds to; counting ends when they are more than ``most``."""
    filters = stream.get("/Filter")
    names = [] if filters is None else list(filters) if isinstance(filters, Array) else [filters]
    if not all(isinstance(name, Name) and name in _FILTERS for name in names):
        raise FileRefusedError(Refusal.TOO_COMPLEX, "filter")
    expanding = [name for name in names if name in _EXPANDING]
    if len(expanding) > 1:
        raise FileRefusedError(Refusal.TOO_COMPLEX, "folded twice")
    if not expanding:
        return 0
    if names[0] != _FLATE:
        return len(stream.read_bytes(pikepdf.StreamDecodeLevel.generalized))  # the memory's limit ends it
    return _inflated(stream.read_raw_bytes(), most)


def _inflated(folded: bytes, most: int) -> int:
    """How long a zlib stream is; a damaged one counts as far as it goes: what can't be unfolded hurts nobody."""
    inflating, counted = zlib.decompressobj(), 0
    try:
        while folded and not inflating.eof and counted <= most:
            counted += len(inflating.decompress(folded, _PIECE))
            folded = inflating.unconsumed_tail
    except zlib.error:
        pass
    return counted
