"""Waiting for what arrives by post and by mail, on the condition and with a bound."""

import re
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TypeVar

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from launcher.places import Places
from launcher.postgres import PrivatePostgres
from launcher.process import LaunchError
from shared.internal_http import internal_get

Found = TypeVar("Found")

# no boundary at the end: extracted text may run into the next line
PROVISIONAL_PASSWORD = re.compile(r"(?<![0-9A-Z-])([0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}")


class DidNotArriveError(RuntimeError):
    """What was waited for did not come in time; the text says what, and where to look."""


def wait_for(look: Callable[[], Found | None], seconds: float, what: str) -> Found:
    """Look again and again until something is found.

    Raises:
        DidNotArriveError: nothing after ``seconds``.
    """
    until = time.monotonic() + seconds
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > until:
            raise DidNotArriveError(f"{what} did not arrive within {seconds:.0f} s")
        time.sleep(0.1)


def printed_password(folder: Path, family_name: str) -> tuple[Path, str] | None:
    """The printed file and the provisional password of the letter to a family name (any case), newest first."""
    for path in sorted(folder.glob("*.pdf"), key=lambda file: file.stat().st_mtime, reverse=True):
        try:
            pages = printed_pages(path)
        except (PyPdfError, OSError):
            continue
        for text in pages:
            found = PROVISIONAL_PASSWORD.search(text)
            if found and family_name.casefold() in text.casefold():
                return path, found[0]
    return None


def printed_pages(path: Path) -> tuple[str, ...]:
    """The text of each page; a file is read once for as long as it stays as it is.

    Raises:
        PyPdfError, OSError: it is not whole, or not there.
    """
    return _pages(path, path.stat().st_mtime_ns)


@cache
def _pages(path: Path, _changed: int) -> tuple[str, ...]:
    return tuple(page.extract_text() for page in PdfReader(path).pages)


def opens_activation(places: Places, email: str, letters: int = 1) -> bool | None:
    """True when activation has heard of so many letters asked for from an address: a real one takes days, ours none."""
    postgres = PrivatePostgres(places.var / "postgres", places.port("POSTGRES_PORT"))
    query = "select count(*) from provisional_letter where lower(email) = lower(:'email')"
    try:
        return int(postgres.sql(query, database="activation", email=email)) >= letters or None
    except LaunchError:
        return None  # the server is away for a moment


def received_mail(inbox: str, to: str, subject: str) -> dict[str, str] | None:
    """The newest mail to an address whose subject contains a text, as the inbox's API shows it."""
    answer = internal_get(f"{inbox}/api/messages", 10, {"to": to})
    mails: list[dict[str, str]] = answer.raise_for_status().json()
    return next((mail for mail in mails if subject.casefold() in mail["subject"].casefold()), None)


def link_in(mail: dict[str, str], path: str) -> str:
    """The first link of a mail's text that leads to a path.

    Raises:
        DidNotArriveError: there is none.
    """
    found = re.search(rf"https?://\S+{re.escape(path)}\S*", mail["text"])
    if found is None:
        raise DidNotArriveError(f"no link to {path} in the mail « {mail['subject']} »")
    return found[0]
