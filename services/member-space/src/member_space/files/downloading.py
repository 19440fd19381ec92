"""A kept file as a response: saved by the browser, never run or shown as a page of ours."""

import re
import unicodedata
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from member_space.files.models import StoredFile
from shared.files.kinds import BY_KEY, KINDS

FILE: dict[int | str, dict[str, Any]] = {200: {"content": {kind.media_type: {} for kind in KINDS}}}
"""Answer of a route of the API that gives a file: one of the kinds that are accepted."""

_PIECE = 64 * 1024
"""Bytes handed on at once: what waits for a slow reader is one piece, not a second copy of the file."""
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def download(file: StoredFile) -> Response:
    """The file under its name, of its exact type."""
    headers = {
        **_HEADERS, "Content-Length": str(file.size), "Content-Disposition": attachment(file.name),
    }  # fmt: skip
    return StreamingResponse(_pieces(file.content), headers=headers, media_type=BY_KEY[file.kind].media_type)


def attachment(name: str) -> str:
    """``Content-Disposition`` with the name in Unicode, and in ASCII for who reads that only (RFC 6266 §4.3, appendix D)."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = re.sub(r"[^\w .,()\'-]", "_", plain)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    whole = memoryview(content)
    for start in range(0, len(whole), _PIECE):
        yield bytes(whole[start : start + _PIECE])
