"""Long answers, written to a file without a name before they are sent: nothing long is held in memory, and nobody's slow line
holds a transaction (an answer that has begun is whole)."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

_IN_MEMORY = 1024 * 1024
_PIECE = 64 * 1024


def new_spool() -> IO[bytes]:
    """Gone from the disk when it is closed."""
    return SpooledTemporaryFile(_IN_MEMORY)


def sent(file: IO[bytes]) -> Iterator[bytes]:
    """Its pieces, from its beginning; then it is closed."""
    with file:
        file.seek(0)
        while piece := file.read(_PIECE):
            yield piece
