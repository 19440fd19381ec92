"""A mail server that delivers every mail into one folder, and an inbox to read them: `python -m launcher.mailbox`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
import uvicorn
from aiosmtpd.smtp import SMTP, Envelope, Session

from launcher import mail_store
from launcher.mail_pages import create_app

LARGEST = 10 * 1024 * 1024
"""Bytes of one mail."""


class Delivery:
    """What aiosmtpd calls for each mail; 250 is said once the mail is on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        """Keep the mail."""
        content = envelope.original_content or b""
        try:
            name = await asyncio.to_thread(
                mail_store.save, self.folder, content, envelope.mail_from or "", envelope.rcpt_tos
            )
        except OSError:
            return "451 4.3.0 not delivered: the disk refuses it, try again later"
        return f"250 2.0.0 delivered as {name}"


async def run(folder: Path, host: str, smtp_port: int, port: int) -> None:
    """Serve both until SIGTERM or Ctrl-C."""
    loop = asyncio.get_running_loop()
    delivery = Delivery(folder)
    server = await loop.create_server(
        lambda: SMTP(delivery, enable_SMTPUTF8=True, data_size_limit=LARGEST, hostname="localhost", loop=loop),
        host,
        smtp_port,
    )
    config = uvicorn.Config(create_app(folder), host=host, port=port, log_level="warning", server_header=False)
    async with server:
        await uvicorn.Server(config).serve()


def main(
    folder: Annotated[Path, typer.Option(help="Where the .eml files go.")],
    smtp_port: Annotated[int, typer.Option(help="Port of the mail server.")] = 8026,
    port: Annotated[int, typer.Option(help="Port of the inbox.")] = 8025,
    host: Annotated[str, typer.Option(help="Address that both listen on.")] = "127.0.0.1",
) -> None:
    """Receive mails and show them."""
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(run(folder, host, smtp_port, port))


if __name__ == "__main__":
    typer.run(main)
