"""What breaks meanwhile, made with the launcher's own means."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from canary.members import WatchedJourney
from canary.planted import Planted
from pypdf import PdfReader
from support.post import QuotingPost
from support.system import Running

from launcher.waiting import PROVISIONAL_PASSWORD, wait_for
from shared.security.key_ring import KeyRing
from shared.security.sealing import unseal

PATIENCE = 120.0


def spoil_batches(running: Running, planted: Planted) -> int:
    """Change a byte of every sealed batch that waits for the print shop: it will refuse them. Their passwords are planted."""
    sql = running.system.postgres.sql
    keys = KeyRing.parse(running.secret("print-shop", "print_shop_private_keys"))
    rows = sql(
        "select key_id, encode(content, 'hex') from sealed_file join print_batch on id = batch_id", database="letters"
    )
    for row in rows.splitlines():
        kid, _, sealed = row.partition("|")
        for page in PdfReader(io.BytesIO(unseal(keys, kid, bytes.fromhex(sealed)))).pages:
            if shown := PROVISIONAL_PASSWORD.search(page.extract_text()):  # not on the separator
                planted.add("provisional password, refused batch", shown[0])
    sql("update sealed_file set content = set_byte(content, 99, get_byte(content, 99) # 1)", database="letters")
    return len(rows.splitlines())


@contextmanager
def handler_that_fails(running: Running) -> Iterator[None]:
    """The table that activation notes letters in is not there, which is no outage: its events become dead letters."""
    sql = running.system.postgres.sql
    sql("alter table provisional_letter rename to provisional_letter_away", database="activation")
    try:
        yield
    finally:
        sql("alter table provisional_letter_away rename to provisional_letter", database="activation")


@contextmanager
def quoting_mail_server(running: Running) -> Iterator[QuotingPost]:
    """In the place of the system's mailbox, one whose refusals quote the mail."""
    running.do(running.system.end("mailbox"))
    post = QuotingPost()
    controller = Controller(post, hostname="127.0.0.1", port=running.places.port("SMTP_PORT"))
    controller.start()
    try:
        yield post
    finally:
        controller.stop()
        running.do(running.system.begin("mailbox"))


def refused_mail(running: Running, journey: WatchedJourney, template: str) -> None:
    """Wait until the mail server has refused a mail of somebody's, and noted it."""
    query = f"select 1 from delivery where recipient = '{journey.email}' and template = '{template}' and code > 400"
    wait_for(lambda: running.system.postgres.sql(query, database="notifier") or None, PATIENCE, "the refusal")


def kill(running: Running, *names: str) -> None:
    """SIGKILL, and started again at once."""
    for name in names:
        running.do(running.system.restart(name, kill=True))
