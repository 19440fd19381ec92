"""Received mails, one .eml file each; the folder is all there is to know."""

import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache, lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any

from launcher.files import write_private

_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[0-9a-f]{8}")
_DELIVERED = b"Delivered-To:"
_LINK = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True)
class Mail:
    """One received mail. `to` are the envelope's recipients, lower-case; `html` is "" for a text-only mail."""

    id: str
    received: str
    sender: str
    to: tuple[str, ...]
    subject: str
    message_id: str
    text: str
    html: str
    links: tuple[str, ...]
    file: str

    def as_dict(self) -> dict[str, Any]:
        """Return the fields for JSON."""
        return asdict(self)


def save(folder: Path, content: bytes, sender: str, recipients: Sequence[str]) -> str:
    """Keep a mail as it came, below the lines that a delivery adds; return its id."""
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{secrets.token_hex(4)}"
    envelope = [f"Return-Path: <{sender}>", *(f"Delivered-To: {recipient}" for recipient in recipients)]
    write_private(folder / f"{name}.eml", "".join(f"{line}\r\n" for line in envelope).encode() + content)
    return name


def newest(folder: Path, to: str = "", most: int = 200) -> list[Mail]:
    """Return mails, the newest first; only those for one address where `to` is given."""
    files = sorted((file for file in folder.glob("*.eml") if _NAME.fullmatch(file.stem)), reverse=True)
    wanted = to.strip().lower()
    found: list[Mail] = []
    for file in files:
        if not wanted or wanted in _recipients(file):
            found.append(_read(file))
        if len(found) == most:
            break
    return found


def find(folder: Path, name: str) -> Mail | None:
    """Return the mail of an id; None for anything that is not one."""
    file = folder / f"{name}.eml"
    return _read(file) if _NAME.fullmatch(name) and file.exists() else None


@cache
def _recipients(file: Path) -> frozenset[str]:
    """Those of a file's first lines: all that is known of thousands of mails, while one is looked for."""
    with file.open("rb") as lines:
        delivered = takewhile(lambda line: line.startswith((b"Return-Path:", _DELIVERED)), lines)
        found = [line.removeprefix(_DELIVERED) for line in delivered if line.startswith(_DELIVERED)]
    return frozenset(line.decode().strip().lower() for line in found)


@lru_cache(maxsize=1000)
def _read(file: Path) -> Mail:
    """Parse a file; once, for a mail never changes."""
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    text, html = _body(message, "plain"), _body(message, "html")
    return Mail(
        id=file.stem,
        received=datetime.strptime(file.stem[:23], "%Y%m%dT%H%M%S.%fZ").replace(tzinfo=UTC).isoformat(),
        sender=str(message["From"] or ""),
        to=tuple(str(address).lower() for address in message.get_all("Delivered-To", [])),
        subject=str(message["Subject"] or ""),
        message_id=str(message["Message-ID"] or "").strip(),
        text=text,
        html=html,
        links=tuple(_LINK.findall(text)),
        file=str(file),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except LookupError:  # a character set that nobody knows
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
