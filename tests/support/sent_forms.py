"""Our pages' forms, sent as a browser sends them: with the token and the submission of the page that was shown."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import httpx

Part = tuple[str, tuple[str | None, bytes | str]]


def hidden(html: str) -> dict[str, str]:
    """Token and submission of the first form of a page."""
    found = dict(re.findall(r'<input type="hidden" name="(form_token|submission_id)" value="([^"]+)">', html))
    assert found.keys() == {"form_token", "submission_id"}, html
    return found


def parts(fields: Mapping[str, str], files: Iterable[tuple[str, bytes]] = ()) -> list[Part]:
    """A form with files; ``files``: name and content of each that was chosen in the field ``files``."""
    texts: list[Part] = [(name, (None, value)) for name, value in fields.items()]
    return texts + [("files", (name, content)) for name, content in files]


async def fill(
    client: httpx.AsyncClient,
    headers: Any,
    page: str,
    action: str,
    files: Iterable[tuple[str, bytes]] = (),
    **fields: str,
) -> httpx.Response:
    """Open a page, send its form. ``headers``: a function that makes those of one request."""
    shown = await client.get(page, headers=headers())
    assert shown.status_code == 200, shown.text
    return await client.post(action, files=parts(hidden(shown.text) | fields, files), headers=headers())
