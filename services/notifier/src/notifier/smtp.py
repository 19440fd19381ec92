"""Hands a mail to the mail server and tells what became of it. Every wait is bounded."""

import asyncio
import re
from dataclasses import dataclass
from email.message import EmailMessage

import aiosmtplib
from aiosmtplib import SMTP, SMTPException, SMTPRecipientsRefused, SMTPResponseException

REPLY_SECONDS = 10.0
"""Wait for the connection, and for each reply."""
TRY_SECONDS = 45.0
"""Wait for one mail altogether; shorter than the lease of its claim."""

_ADDRESS = re.compile(r"\S*@\S*")
_LINK = re.compile(r"\S*(?:://|[?=%])\S*|\S{25,}")
"""Also what is too long for a word: the link's token may be quoted alone."""


class MailServerDownError(Exception):
    """No conversation came about: refused or timed-out connection, unready greeting, TLS or login. Nothing was sent."""


@dataclass(frozen=True)
class MailServer:
    """Where mails go. ``local_name`` is how we greet."""

    host: str
    port: int
    starttls: bool
    user: str
    password: str
    local_name: str


@dataclass(frozen=True)
class Refusal:
    """The server did not take the mail. ``code`` is None when the conversation broke: then it may have taken it."""

    code: int | None
    reason: str

    @property
    def permanent(self) -> bool:
        """Whether trying again is of no use (5xx)."""
        return self.code is not None and 500 <= self.code < 600


async def send(server: MailServer, mail: EmailMessage, sender: str, recipient: str) -> Refusal | None:
    """Send one mail over a connection of its own; None when the server has taken it.

    A conversation that breaks counts as a refusal for now, not as a server that is away: it may have been this very mail
    that broke it, and after DATA the server may have kept it, so that trying again at once would make copies in a row.

    Raises:
        MailServerDownError: nothing was sent, and it is not the mail's doing.
    """
    client = SMTP(
        hostname=server.host, port=server.port, local_hostname=server.local_name, timeout=REPLY_SECONDS,
        use_tls=False, start_tls=server.starttls, username=server.user or None, password=server.password or None,
    )  # fmt: skip
    try:
        async with asyncio.timeout(REPLY_SECONDS):
            await client.connect()
    except (SMTPException, OSError, ValueError) as error:
        client.close()
        raise MailServerDownError(type(error).__name__) from error
    try:
        async with asyncio.timeout(TRY_SECONDS):
            await client.send_message(mail, sender=sender, recipients=[recipient])
    except (SMTPException, OSError) as error:
        return _refusal(error, recipient)
    finally:
        await _leave(client)
    return None


async def _leave(client: SMTP) -> None:
    """Say goodbye; whatever comes of it, the mail's fate is known."""
    try:
        async with asyncio.timeout(2):
            await client.quit()
    except (SMTPException, OSError):
        pass
    finally:
        client.close()


def _refusal(error: Exception, recipient: str) -> Refusal:
    if isinstance(error, SMTPRecipientsRefused):
        error = error.recipients[0]
    if isinstance(error, aiosmtplib.SMTPNotSupported):
        return Refusal(554, "the server lacks what the address needs")
    if isinstance(error, SMTPResponseException) and 400 <= error.code < 600:
        return Refusal(error.code, without_quotations(error.message, recipient))
    return Refusal(None, f"conversation broke: {type(error).__name__}")


def without_quotations(text: str, recipient: str) -> str:
    """A server's words, at most 200 characters, without the address that most of them quote, nor a link: a filter that
    looks at links names the one that it holds, and with it the token that confirms the address."""
    local = recipient.rpartition("@")[0]
    for part in (recipient, local):
        text = re.sub(re.escape(part), "…", text, flags=re.IGNORECASE)
    return _LINK.sub("…", _ADDRESS.sub("…", " ".join(text.split())))[:200]
