"""STARTTLS: with a certificate that is trusted the mail goes; otherwise nothing at all is said in clear."""

import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from notifier import handlers
from notifier.mail import Composer
from notifier.sender import Sender
from notifier.smtp import MailServer
from shared.messaging.failures import DependencyDownError

from .conftest import Post


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A self-signed certificate for localhost, and its key."""
    folder = tmp_path_factory.mktemp("tls")
    made = folder / "certificate.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-out", made[0], "-keyout", made[1]],
        check=True, capture_output=True, timeout=60,
    )  # fmt: skip
    return made


@pytest.fixture
def strict_post(free_port: int, certificate: tuple[Path, Path]) -> Iterator[Post]:
    """Takes mails after STARTTLS and login only."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*certificate)

    def authenticate(server, session, envelope, mechanism, data) -> AuthResult:
        known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"user", b"secret")
        return AuthResult(success=known)

    post = Post(free_port)
    controller = Controller(
        post, hostname="127.0.0.1", port=free_port, tls_context=context, require_starttls=True,
        auth_required=True, authenticator=authenticate,
    )  # fmt: skip
    controller.start()
    yield post
    controller.stop()


def sender_with(database, room, port: int, password: str) -> Sender:
    server = MailServer("localhost", port, starttls=True, user="user", password=password, local_name="localhost")
    return Sender(database, Composer(room), server, room.sender.addr_spec)


@pytest.fixture
async def queued(database, printed) -> None:
    async with database.unit_of_work() as work:
        await handlers.letter_printed(printed, work)


async def test_trusted_certificate_and_login(
    database, room, strict_post, certificate, queued, rows, monkeypatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    assert await sender_with(database, room, strict_post.port, "secret").send_due()
    assert [row.state for row in await rows()] == ["sent"]
    assert len(strict_post.accepted) == 1


@pytest.mark.parametrize(("trusted", "password"), [(False, "secret"), (True, "wrong")])
async def test_otherwise_nothing_is_sent_and_nothing_lost(
    database, room, strict_post, certificate, queued, rows, monkeypatch, trusted, password
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    with pytest.raises(DependencyDownError):
        await sender_with(database, room, strict_post.port, password).send_due()
    assert [(row.state, row.attempts) for row in await rows()] == [("queued", 0)]
    assert strict_post.seen == []


async def test_server_without_starttls_is_refused(database, room, post, queued, rows) -> None:
    with pytest.raises(DependencyDownError):
        await sender_with(database, room, post.port, "secret").send_due()
    assert [row.state for row in await rows()] == ["queued"]
    assert post.seen == []
