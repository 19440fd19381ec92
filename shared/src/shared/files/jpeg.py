"""A JPEG without its metadata, its compressed picture untouched (ITU-T T.81 annex B).

By hand: Pillow would decode and compress anew, and the tools that don't (jpegtran, exiftool) are programs to install.
"""

import re
import struct

_START, _END = b"\xff\xd8", b"\xff\xd9"
_MARKER = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
"""A marker; not a stuffed byte, nor a restart inside a scan."""
_COLOURS = ((0xE0, b"JFIF\0"), (0xE2, b"ICC_PROFILE\0"), (0xEE, b"Adobe"))
"""Application segments that say how colours and points are meant; every other one goes: Exif, XMP, IPTC, previews."""
_APPLICATION, _COMMENT = range(0xE0, 0xF0), 0xFE


def stripped_jpeg(content: bytes, orientation: int) -> bytes:
    """The segments that make the picture, up to its end: what follows it (a film, an archive) goes too.

    ``orientation``: of Exif, 1 to 8; kept, or photos would lie on their side.

    Raises:
        ValueError: cut, or no JPEG.
    """
    if not content.startswith(_START):
        raise ValueError("no JPEG")
    kept = [_START, _turned(orientation) if orientation in range(2, 9) else b""]
    at = len(_START)
    while True:
        found = _MARKER.search(content, at)
        if found is None:
            raise ValueError("no end")
        kept.append(content[at : found.start()])  # what a scan holds; nothing elsewhere
        marker = found[1][0]
        if marker == _END[1]:
            return b"".join((*kept, _END))
        at = found.end() + _length(content, found.end())
        if _belongs(marker, content[found.end() + 2 : at]):
            kept += (bytes((0xFF, marker)), content[found.end() : at])


def _length(content: bytes, at: int) -> int:
    (length,) = struct.unpack_from(">H", content[at : at + 2].ljust(2, b"\0"))
    if length < 2 or at + length > len(content):
        raise ValueError("cut")
    return int(length)


def _belongs(marker: int, data: bytes) -> bool:
    if marker in _APPLICATION:
        return any(marker == number and data.startswith(name) for number, name in _COLOURS)
    return marker != _COMMENT


def _turned(orientation: int) -> bytes:
    """An Exif segment that holds the orientation alone."""
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    exif = b"Exif\0\0" + b"MM\0*" + struct.pack(">IH", 8, 1) + entry + struct.pack(">I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
