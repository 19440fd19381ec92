"""One's data as JSON, written row by row: neither a long list nor a large file is held in memory."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import date
from typing import IO, Any
from uuid import UUID

from member_space.profile.parts import PARTS
from member_space.profile.queries import rows
from member_space.spool import new_spool
from shared.database.unit_of_work import UnitOfWork

VERSION = 1
ABOUT = (
    "Tout ce que garde votre espace, et cela seul. Les données de votre compte et de ses connexions se téléchargent à part. "
    "Vos demandes de compte, nos courriers et nos courriels sont gardés ailleurs\u00a0: votre profil en donne la liste, et "
    "nous en donnons une copie sur demande."
)


async def spooled(work: UnitOfWork, person_id: UUID) -> IO[bytes]:
    """The whole document."""
    file = new_spool()
    async for piece in _pieces(work, person_id):
        file.write(piece.encode())
    return file


async def _pieces(work: UnitOfWork, person_id: UUID) -> AsyncIterator[str]:
    head = {
        "format": "espace-adherent", "version": VERSION, "made_at": work.now.isoformat(timespec="seconds"), "about": ABOUT,
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
