"""The body of a form, read with bounds on its size and on the number of its fields."""

from collections.abc import AsyncGenerator

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from shared.web.problem import Problem

BODY_LIMIT = 64 * 1024
"""Bytes of a whole form."""
FIELD_LIMIT = 16 * 1024
"""Bytes of one field."""
FIELD_COUNT = 100

_URLENCODED, _MULTIPART = b"application/x-www-form-urlencoded", b"multipart/form-data"


async def read_form(request: Request) -> dict[str, str]:
    """The text fields of a form; of repeated names the first. Another content type reads as an empty form.

    Raises:
        Problem: 413 too long, 400 malformed, too many fields, a file, or another charset than UTF-8.
    """
    known = getattr(request.state, "form", None)
    if known is None:
        known = request.state.form = await _read(request)
    return dict(known)


async def _read(request: Request) -> dict[str, str]:
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind not in {_URLENCODED, _MULTIPART}:
        return {}
    if options.get(b"charset", b"utf-8").lower() != b"utf-8":
        raise Problem(400)
    try:
        items = (await _parser(request, request.headers, kind == _MULTIPART).parse()).multi_items()
    except (MultiPartException, FormParserError, ValueError):
        raise Problem(400) from None
    fields: dict[str, str] = {}
    for name, value in items:
        if isinstance(value, str):
            fields.setdefault(name, value)
    return fields


def _parser(request: Request, headers: Headers, multipart: bool) -> FormParser | MultiPartParser:
    body = _bounded(request)
    if multipart:
        return MultiPartParser(headers, body, max_files=0, max_fields=FIELD_COUNT, max_part_size=FIELD_LIMIT)
    return FormParser(headers, body, max_fields=FIELD_COUNT, max_part_size=FIELD_LIMIT)


async def _bounded(request: Request) -> AsyncGenerator[bytes, None]:
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received > BODY_LIMIT:
            raise Problem(413)
        yield chunk
