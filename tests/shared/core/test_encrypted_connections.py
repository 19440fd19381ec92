"""Database and broker are reached by TLS when their address says so, by nothing else then, and only where the certificate is
that of a known authority (docs/security.md, *Connections*).
"""

import asyncio
import os
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from launcher.postgres import PrivatePostgres
from launcher.postgres_files import data_folder
from shared.database.engine import Database
from shared.messaging.broker import Broker
from shared.messaging.failures import BrokerUnavailableError

Pair = tuple[Path, Path]
"""A certificate and its key."""


def certificate(folder: Path, name: str) -> Pair:
    made = folder / f"{name}.pem", folder / f"{name}-key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-out", made[0], "-keyout", made[1]],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return made


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return certificate(tmp_path_factory.mktemp("ours"), "ours")


@pytest.fixture(scope="module")
def somebody_elses(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    return certificate(tmp_path_factory.mktemp("other"), "other")


@pytest.fixture
def encrypting(postgres: PrivatePostgres, ours: Pair) -> Iterator[str]:
    """The server takes TLS, with our certificate; its address by the name that is on it."""
    data, account = data_folder(postgres.folder)
    for source, name in zip(ours, ("tls.pem", "tls-key.pem"), strict=True):
        shutil.copy(source, data / name)
        (data / name).chmod(0o600)
        if account:
            os.chown(data / name, *account)
    switch(postgres, "on")
    yield postgres.dsn().replace("127.0.0.1", "localhost")
    switch(postgres, "off")


def switch(postgres: PrivatePostgres, state: str) -> None:
    for setting, value in {"ssl_cert_file": "tls.pem", "ssl_key_file": "tls-key.pem", "ssl": state}.items():
        postgres.sql(f"alter system set {setting} = '{value}'")
    postgres.sql("select pg_reload_conf()")
    for _ in range(100):
        if postgres.sql("show ssl") == state:
            return
    raise AssertionError(f"TLS is not {state}")


async def is_encrypted(url: str) -> bool:
    database = Database(url, "tests")
    try:
        async with database.unit_of_work() as work:
            found = await work.session.scalar(text("select ssl from pg_stat_ssl where pid = pg_backend_pid()"))
    finally:
        await database.close()
    return bool(found)


async def test_the_database_is_reached_by_tls_alone_when_the_address_says_so(
    encrypting, ours, postgres, monkeypatch
) -> None:
    monkeypatch.setenv("PGSSLROOTCERT", str(ours[0]))
    assert await is_encrypted(f"{encrypting}?ssl=verify-full")
    switch(postgres, "off")
    with pytest.raises(Exception, match="SSL"):
        await is_encrypted(f"{encrypting}?ssl=verify-full")


async def test_a_certificate_of_somebody_else_is_refused(encrypting, somebody_elses, monkeypatch) -> None:
    monkeypatch.setenv("PGSSLROOTCERT", str(somebody_elses[0]))
    with pytest.raises(ssl.SSLCertVerificationError):
        await is_encrypted(f"{encrypting}?ssl=verify-full")


@asynccontextmanager
async def broker_of(pair: Pair) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Takes TLS with that certificate, keeps the first bytes that are said inside, and ends."""
    said: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said.append(await reader.read(8))
        writer.close()

    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*pair)
    server = await asyncio.start_server(listen, "127.0.0.1", 0, ssl=context)
    yield server.sockets[0].getsockname()[1], said
    server.close()


async def test_the_broker_hears_nothing_unless_its_certificate_is_trusted(ours, somebody_elses) -> None:
    """A password of a service must not reach whoever answers at the broker's address."""
    for shown, trusted, heard in ((ours, ours, True), (somebody_elses, ours, False)):
        async with broker_of(shown) as (port, said):
            broker = Broker(f"amqps://somebody:secret@localhost:{port}/?cafile={trusted[0]}", "tests")
            with pytest.raises(BrokerUnavailableError):
                await broker.ensure_connected()
            await broker.close()
            assert [one[:4] for one in said] == ([b"AMQP"] if heard else [])
