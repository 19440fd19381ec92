"""One's data as JSON, written row by row to a file without a name: neither a long list nor a large file is held in memory,
and nobody's slow line holds a transaction (an answer that has begun is whole)."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator
from datetime import date
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from uuid import UUID

from member_space.profile.parts import PARTS
from member_space.profile.queries import rows
from shared.database.unit_of_work import UnitOfWork

VERSION = 1
_IN_MEMORY = 1024 * 1024
_PIECE = 64 * 1024


async def spooled(work: UnitOfWork, person_id: UUID) -> IO[bytes]:
    """The whole document, to be read from its beginning; gone from the disk when it is closed."""
    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed by who sends it
    async for piece in _pieces(work, person_id):
        file.write(piece.encode())
    file.seek(0)
    return file


def sent(file: IO[bytes]) -> Iterator[bytes]:
    """Its pieces; then it is closed."""
    with file:
        while piece := file.read(_PIECE):
            yield piece


async def _pieces(work: UnitOfWork, person_id: UUID) -> AsyncIterator[str]:
    head = {
        "format": "espace-adherent", "version": VERSION, "made_at": work.now.isoformat(timespec="seconds"),
        "documentation": {part.key: {"title": part.title, "keys": dict(part.fields)} for part in PARTS},
    }  # fmt: skip
    yield json.dumps(head, ensure_ascii=False, indent=1).removesuffix("\n}")
    for part in PARTS:
        yield f',\n "{part.key}": ['
        separator = "\n  "
        async for row in rows(work.session, part, person_id):
            yield separator + json.dumps(row, ensure_ascii=False, default=_plain)
            separator = ",\n  "
        yield "\n ]"
    yield "\n}\n"


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return b64encode(value).decode()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(type(value).__name__)
