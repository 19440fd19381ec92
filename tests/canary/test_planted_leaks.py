"""That the canary test can fail: a leak put into each kind of real place is found there, and no line of the table allows it."""

import asyncio
import base64
import gzip
import logging
import smtplib
from email.message import EmailMessage
from uuid import uuid4

import aio_pika
import httpx
import pikepdf
import pytest
from canary import views
from canary.allowed import leaks
from canary.search import Search
from canary.secret import Secret
from prometheus_client import CollectorRegistry, Counter, start_http_server
from support.spans import recording

from launcher import postgres_files
from launcher.waiting import received_mail, wait_for
from shared.contracts.events import AccountActivated
from shared.observability.operations import Operation
from shared.observability.trace import span


@pytest.fixture
def secret():
    """One that nobody else has planted, of a kind that the table allows on paper."""
    return Secret("provisional password", f"la belette {uuid4().hex} à midi")


def found(secret, folder, place):
    """The encodings in which it is found, in files whose path holds ``place``."""
    hits = Search([secret]).hits(folder)
    assert leaks(hits)
    return {hit.encoding for hit in hits if place in hit.place}


def test_in_a_table(loud, secret, tmp_path):
    sql = loud.system.postgres.sql
    sql(f"create table leak as select '{secret.value}'::text as words", database="letters")
    views.write_dump(loud, "letters", tmp_path / "dump")
    sql("drop table leak", database="letters")
    assert found(secret, tmp_path, "dump") == {"plain"}


def test_in_a_table_as_bytes_and_inside_of_json(loud, secret, tmp_path):
    sql = loud.system.postgres.sql
    sql(
        f"create table leak as select convert_to('{secret.value}', 'UTF8') as bytes,"
        f" jsonb_build_object('to', encode(convert_to('x{secret.value}', 'UTF8'), 'base64')) as params",
        database="notifier",
    )
    views.write_dump(loud, "notifier", tmp_path / "dump")
    sql("drop table leak", database="notifier")
    assert found(secret, tmp_path, "dump") >= {"hexadecimal"}


def test_in_a_row_that_is_gone_from_the_table(loud, secret):
    """PostgreSQL's files keep it, and its write-ahead log."""
    sql = loud.system.postgres.sql
    sql(f"create table leak as select '{secret.value}'::text as words", database="activation")
    sql("checkpoint")
    sql("drop table leak", database="activation")
    data = postgres_files.data_folder(loud.system.postgres.folder)[0]
    assert found(secret, data, "pg_wal") == {"plain"}


def test_in_what_the_database_is_asked(loud, secret, top):
    """The services' roles log their statements with the values."""
    import asyncpg

    async def ask():
        connection = await asyncpg.connect(loud.secret("registration", "database_url"))
        await connection.fetch("select $1::text", secret.value)
        await connection.close()

    asyncio.run(ask())
    assert found(secret, top / "var", "postgres.log") == {"plain"}


@pytest.mark.parametrize("encode", [lambda text: text.encode(), lambda text: base64.b64encode(b"12" + text.encode())])
def test_in_a_message_that_waits_at_the_broker(loud, secret, top, encode):
    """As a dead letter: nobody takes it away."""

    async def publish():
        async with await aio_pika.connect(loud.secret("notifier", "broker_url")) as connection:
            channel = await connection.channel()
            exchange = await channel.get_exchange("espace.dead", ensure=False)
            message = aio_pika.Message(encode(secret.value), delivery_mode=2, type=AccountActivated.type())
            await exchange.publish(message, "notifier.notices")

    asyncio.run(publish())
    assert found(secret, top / "var" / "rabbitmq", "data")


def test_in_a_log(loud, secret, top):
    """Of a program that the launcher runs: as the text of a line that a library writes."""
    log = logging.FileHandler(loud.places.log("letters"))
    log.emit(logging.makeLogRecord({"msg": "printed %s", "args": (secret.value,)}))
    log.close()
    assert found(secret, top, "letters.log") == {"plain"}


def test_in_a_trace(secret, tmp_path):
    with recording(tmp_path), span(Operation(str(secret.value), "internal")):
        pass
    assert found(secret, tmp_path, "spans.jsonl") == {"JSON"}


def test_in_a_figure(secret, tmp_path, free_port):
    registry = CollectorRegistry()
    Counter("leaks", "Leaks", ["who"], registry=registry).labels(who=secret.value).inc()
    server, thread = start_http_server(free_port, addr="127.0.0.1", registry=registry)
    views.write_page(f"http://127.0.0.1:{free_port}/metrics", tmp_path / "metrics")
    server.shutdown()
    thread.join()
    server.server_close()
    assert found(secret, tmp_path, "metrics") == {"plain"}


def mail(loud, **headers):
    """One to Jeanne, received by the system's mailbox."""
    message = EmailMessage()
    message["Subject"] = subject = f"Un courriel {uuid4().hex}"
    message["From"], message["To"] = "nous@exemple.fr", "jeanne@exemple.fr"
    body = headers.pop("body", "Bonjour.")
    for name, value in headers.items():
        message[name] = value
    message.set_content(body, cte="base64")
    with smtplib.SMTP("127.0.0.1", loud.places.port("SMTP_PORT"), timeout=20) as server:
        server.send_message(message)
    wait_for(lambda: received_mail(loud.places.inbox, "jeanne@exemple.fr", subject), 20, "the mail")


def test_in_the_header_of_a_mail(loud, secret, tmp_path):
    """Encoded words, which none of the encodings is."""
    mail(loud, Comments=secret.value)
    views.write_mails(loud.places.mail, tmp_path)
    assert found(secret, tmp_path, "mail-headers/jeanne@exemple.fr/") == {"plain"}


@pytest.mark.parametrize(("owner", "leak"), [("jeanne@exemple.fr", False), ("luc@exemple.fr", True)])
def test_a_token_in_a_mail_is_allowed_to_its_owner_alone(loud, tmp_path, owner, leak):
    token = Secret("confirmation token", uuid4().hex, owner=owner)
    mail(loud, body=f"http://localhost/compte/confirmer?jeton={token.value}")
    views.write_mails(loud.places.mail, tmp_path / "views")
    hits = Search([token]).hits(tmp_path)
    assert {hit.place.rpartition("/")[0] for hit in hits} == {"views/mail-body/jeanne@exemple.fr"}
    assert bool(leaks(hits)) is leak


def test_in_an_address(loud, top):
    """A word of small letters is what the gateway's log keeps of a path."""
    word = "".join(chr(ord("a") + int(digit, 16)) for digit in uuid4().hex[:20])
    httpx.get(f"{loud.places.site}/{word}", timeout=30, trust_env=False)
    assert found(Secret("password", word), top, "gateway.log") == {"plain"}


@pytest.mark.parametrize("place", ["home/.cache/x", "tmp/deep/er/x", "print-shop/spool/aside/x", "mail/x.eml"])
def test_in_a_file(loud, secret, top, place):
    views.write(loud.places.var / place, gzip.compress(b"") + secret.value.encode())
    encodings = found(secret, top, place)
    (loud.places.var / place).unlink()
    assert encodings == {"plain"}


def test_in_the_name_of_a_file(secret, tmp_path):
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / str(secret.value)).touch()
    views.write_names(tmp_path / "var", tmp_path / "views")
    assert found(secret, tmp_path, "names") == {"plain"}


def test_in_a_compressed_part_of_a_pdf(secret, tmp_path):
    with pikepdf.new() as pdf:
        pdf.Root.Leak = pdf.make_stream(secret.value.encode() * 50)
        pdf.save(tmp_path / "batch.pdf", compress_streams=True)
    assert not Search([secret]).hits(tmp_path)
    views.write_pdfs(tmp_path, tmp_path / "views")
    assert found(secret, tmp_path, "pdf/batch.pdf") == {"plain"}
