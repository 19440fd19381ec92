"""The body of a form, read with bounds on its size, on the number of its fields and on the files in it."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from shared.web.problem import Problem
from shared.web.sent import SentFile, SentForm

BODY_LIMIT = 64 * 1024
"""Bytes of a whole form; of its texts when it also has files."""
UPLOAD_LIMIT = 17_000_000
"""Bytes of a whole form with files: three of the largest, its texts, and what separates them. The gateway's limit, too."""
FIELD_LIMIT = 48 * 1024
"""Bytes of one field: 5,000 characters of four bytes, and well beyond, so that a text too long is told next to its field."""
FIELD_COUNT = 100
_FILES_READ = 100
"""Far more than any field takes: one too many gets an answer in words, next to its field."""

_URLENCODED, _MULTIPART = b"application/x-www-form-urlencoded", b"multipart/form-data"


async def read_form(request: Request) -> dict[str, str]:
    """The text fields of a form; of repeated names the first. Another content type reads as an empty form.

    Raises:
        Problem: 413 too long, 400 malformed, too many fields, a file, or another charset than UTF-8.
    """
    known = getattr(request.state, "form", None)
    if known is None:
        async with _read(request, BODY_LIMIT, files=0) as items:
            known = request.state.form = _texts(items)
    return dict(known)


@asynccontextmanager
async def read_upload_form(request: Request) -> AsyncIterator[SentForm]:
    """A form with files: its text fields as ``read_form`` gives them, and beside them its ``files``.

    A file of more than 1 MB is on the disk while the block runs, without a name there: nothing of it is left when the
    block ends, or the process. A field in which no file was chosen is absent.

    Raises:
        Problem: 413 too long (with or without its files), 400 malformed, too many fields, another charset than UTF-8.
    """
    async with _read(request, UPLOAD_LIMIT, _FILES_READ) as items:
        texts, files = _texts(items), dict[str, list[SentFile]]()
        if sum(len(name) + len(text) for name, text in texts.items()) > BODY_LIMIT:
            raise Problem(413)
        for name, value in items.multi_items():
            if isinstance(value, UploadFile) and (value.filename or value.size):
                files.setdefault(name, []).append(SentFile(value.filename or "", value.size or 0, value.file))
        yield SentForm(texts, files)


@asynccontextmanager
async def _read(request: Request, most: int, files: int) -> AsyncIterator[FormData]:
    """What a form holds, for as long as the block runs."""
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind not in {_URLENCODED, _MULTIPART}:
        yield FormData()
        return
    if options.get(b"charset", b"utf-8").lower() != b"utf-8":
        raise Problem(400)
    body = _bounded(request, most)
    try:
        items = await _parser(request.headers, body, kind == _MULTIPART, files).parse()
    except (MultiPartException, FormParserError, ValueError):
        raise Problem(400) from None
    try:
        yield items
    finally:
        await items.close()


def _texts(items: FormData) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in items.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, value)
    return fields


def _parser(
    headers: Headers, body: AsyncGenerator[bytes, None], multipart: bool, files: int
) -> FormParser | MultiPartParser:
    if multipart:
        return _WholeParser(headers, body, max_files=files, max_fields=FIELD_COUNT, max_part_size=FIELD_LIMIT)
    return FormParser(headers, body, max_fields=FIELD_COUNT, max_part_size=FIELD_LIMIT)


class _WholeParser(MultiPartParser):
    """Refuses a body without its end; Starlette's own leaves the unfinished part out, and a file of it open."""

    _ended = False

    def __init__(self, headers: Headers, stream: AsyncGenerator[bytes, None], **limits: int) -> None:
        super().__init__(headers, self._to_its_end(stream), **limits)

    def on_end(self) -> None:
        """The last separator was read."""
        self._ended = True

    async def _to_its_end(self, stream: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
        async for chunk in stream:
            yield chunk
        if not self._ended:
            raise MultiPartException("cut")


async def _bounded(request: Request, most: int) -> AsyncGenerator[bytes, None]:
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > most:
            raise Problem(413)
        yield chunk
