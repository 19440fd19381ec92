"""The kinds of file that are accepted, told by their first bytes: neither a name nor a declared type counts."""

import re
from dataclasses import dataclass

HEAD = 512
"""Bytes of a file's beginning that its kind is told by."""


@dataclass(frozen=True)
class Kind:
    """A kind of file: ``key`` is what is stored, ``shown`` what people read."""

    key: str
    shown: str
    media_type: str
    extensions: tuple[str, ...]
    """In small letters with their point, the usual one first."""
    signature: bytes


JPEG = Kind("jpeg", "JPEG", "image/jpeg", (".jpg", ".jpeg"), b"\xff\xd8\xff")
PNG = Kind("png", "PNG", "image/png", (".png",), b"\x89PNG\r\n\x1a\n")
PDF = Kind("pdf", "PDF", "application/pdf", (".pdf",), b"%PDF-")
KINDS = (JPEG, PNG, PDF)
"""JPEG first: Safari turns a HEIC photo into the first kind of picture that a form asks for."""
BY_KEY = {kind.key: kind for kind in KINDS}


def kind_of(head: bytes) -> Kind | None:
    """The kind whose signature the file begins with; one that stands further on (a polyglot) does not count."""
    return next((kind for kind in KINDS if head.startswith(kind.signature)), None)


def is_heic(head: bytes) -> bool:
    """A photo as iPhones keep it (ISO 23008-12: brands of the ``ftyp`` box)."""
    return head[4:8] == b"ftyp" and head[8:12] in {b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"}


def is_archive(head: bytes) -> bool:
    """ZIP (Word, Excel and OpenDocument files are such), gzip, bzip2, xz, 7z, RAR."""
    return head.startswith(
        (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf\x27\x1c", b"Rar!")
    )


def is_program(head: bytes) -> bool:
    """A script, a page with a script, or a program for Windows, Linux or macOS."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if re.match(rb"#!|<\?php|<\?xml|<!doctype|<html|<script|<svg|@echo|mz|\x7felf", start):
        return True
    return head.startswith((b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe")) or b"<script" in start
