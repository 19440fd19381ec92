"""A PNG without its metadata, its compressed picture untouched (PNG, third edition, §5)."""

import struct
import zlib

from shared.files.kinds import PNG

_KEPT = {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT", b"pHYs", b"bKGD"}
"""What makes the picture, its colours and its size. Texts, times, Exif, films (APNG) and what is private go."""
_HEAD, _CHECKSUM = 8, 4


def stripped_png(content: bytes) -> bytes:
    """The chunks that make the picture, up to its end: what follows it goes too.

    Raises:
        ValueError: cut, a checksum that is wrong, or no PNG.
    """
    if not content.startswith(PNG.signature):
        raise ValueError("no PNG")
    kept, at = [PNG.signature], len(PNG.signature)
    while True:
        end, name = _chunk(content, at)
        if name in _KEPT:
            kept.append(content[at:end])
        if name == b"IEND":
            return b"".join(kept)
        at = end


def _chunk(content: bytes, at: int) -> tuple[int, bytes]:
    """Where a chunk ends, and its name."""
    head = content[at : at + _HEAD]
    if len(head) < _HEAD:
        raise ValueError("no end")
    (length,) = struct.unpack_from(">I", head)
    end = at + _HEAD + length + _CHECKSUM
    if end > len(content):
        raise ValueError("cut")
    if zlib.crc32(content[at + 4 : end - _CHECKSUM]) != int.from_bytes(content[end - _CHECKSUM : end]):
        raise ValueError("checksum")
    return end, head[4:]
