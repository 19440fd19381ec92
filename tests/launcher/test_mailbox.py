import os
import smtplib
import sys
from email.message import EmailMessage

import httpx
import pytest
from support.ports import free_ports

from launcher import mail_store
from launcher.mailbox import LARGEST
from launcher.process import Child, wait_until


class Mailbox:
    def __init__(self, folder):
        self.folder = folder
        self.smtp_port, port = free_ports(2)
        words = ["--folder", str(folder / "mail"), "--smtp-port", str(self.smtp_port), "--port", str(port)]
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
        command = [sys.executable, "-m", "launcher.mailbox", *words]
        self.child = Child("mailbox", command, environment=environment, log=folder / "log")
        self.web = httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False)
        wait_until(self._answers, 30, "the mailbox does not start")

    def _answers(self):
        try:
            return self.web.get("/").status_code == 200
        except httpx.TransportError:
            return False

    def send(self, message, to=None):
        with smtplib.SMTP("127.0.0.1", self.smtp_port) as server:
            server.send_message(message, to_addrs=to)

    def files(self):
        return sorted((self.folder / "mail").glob("*.eml"))


@pytest.fixture(scope="module")
def mailbox(tmp_path_factory):
    mailbox = Mailbox(tmp_path_factory.mktemp("mailbox"))
    yield mailbox
    mailbox.web.close()
    mailbox.child.stop(10)


@pytest.fixture(autouse=True)
def _empty(mailbox):
    for file in mailbox.files():
        file.unlink()


def _mail(to="jeanne@exemple.fr", text="Bonjour", html=""):
    message = EmailMessage()
    message["From"] = "Espace <ne-pas-repondre@espace.example>"
    message["To"] = to
    message["Subject"] = "Votre compte : confirmez l’adresse"
    message["Message-ID"] = "<one@espace.example>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    return message


def test_a_mail_is_a_file_as_it_came(mailbox):
    mailbox.send(_mail(text="Élise, l’été"))

    (file,) = mailbox.files()
    lines = file.read_bytes().split(b"\r\n")
    assert lines[:2] == [b"Return-Path: <ne-pas-repondre@espace.example>", b"Delivered-To: jeanne@exemple.fr"]
    assert b"Message-ID: <one@espace.example>" in lines
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_api_gives_what_a_person_would_read(mailbox):
    mailbox.send(_mail(text="Suivez https://exemple.fr/compte/confirmer?jeton=a1 avant demain."))

    (mail,) = mailbox.web.get("/api/messages").json()
    assert mail["to"] == ["jeanne@exemple.fr"]
    assert mail["subject"] == "Votre compte : confirmez l’adresse"
    assert mail["links"] == ["https://exemple.fr/compte/confirmer?jeton=a1"]
    assert mail["message_id"] == "<one@espace.example>"


def test_mails_are_found_by_recipient_the_newest_first(mailbox):
    mailbox.send(_mail(to="Jeanne@Exemple.fr", text="un"))
    mailbox.send(_mail(to="paul@exemple.fr", text="deux"))
    mailbox.send(_mail(text="trois"), to=["jeanne@exemple.fr", "paul@exemple.fr"])

    def texts(to):
        return [mail["text"].strip() for mail in mailbox.web.get("/api/messages", params={"to": to}).json()]

    assert texts("jeanne@exemple.fr") == ["trois", "un"]
    assert texts(" PAUL@exemple.fr") == ["trois", "deux"]
    assert texts("personne@exemple.fr") == []
    assert texts("") == ["trois", "deux", "un"]


def test_one_mail_is_found_among_thousands_without_reading_them(tmp_path, monkeypatch):
    """However often somebody looks."""
    for number in range(1200):
        mail_store.save(tmp_path, b"Subject: x\r\n\r\nBonjour\r\n", "a@b.fr", [f"Membre{number}@exemple.fr"])
    read = []
    parse = mail_store.message_from_bytes
    monkeypatch.setattr(
        mail_store, "message_from_bytes", lambda *given, **more: read.append(1) or parse(*given, **more)
    )
    for _ in range(3):
        (mail,) = mail_store.newest(tmp_path, "membre7@exemple.fr")
        assert mail.to == ("membre7@exemple.fr",)
    assert len(read) == 1


def test_a_mail_can_do_nothing_in_the_inbox(mailbox):
    mailbox.send(
        _mail(text="<script>alert(1)</script> https://exemple.fr/", html="<script>alert(2)</script><p>Bon</p>")
    )
    (mail,) = mailbox.web.get("/api/messages").json()

    page = mailbox.web.get(f"/messages/{mail['id']}")
    shown = mailbox.web.get(f"/messages/{mail['id']}/html")

    assert "<script>" not in page.text
    assert '<a href="https://exemple.fr/" rel="noopener noreferrer" target="_blank">' in page.text
    assert (
        f'<iframe src="/messages/{mail["id"]}/html" sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    )
    policy = shown.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
    assert "script-src" not in policy


@pytest.mark.parametrize("path", ["/messages/nothing", "/messages/..%2F..%2Fetc%2Fpasswd", "/messages/nothing/html"])
def test_what_is_not_a_mail_is_not_found(mailbox, path):
    assert mailbox.web.get(path).status_code == 404


def test_an_unknown_character_set_is_shown_as_far_as_it_can_be(mailbox):
    raw = b'From: a@b.fr\r\nTo: c@d.fr\r\nSubject: x\r\nContent-Type: text/plain; charset="nobody-knows"\r\n\r\nBonjour\r\n'
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port) as server:
        server.sendmail("a@b.fr", ["c@d.fr"], raw)

    (mail,) = mailbox.web.get("/api/messages").json()
    assert mail["text"].strip() == "Bonjour"
    assert mailbox.web.get("/").status_code == 200


def test_a_mail_that_is_too_large_is_refused_for_good(mailbox):
    with smtplib.SMTP("127.0.0.1", mailbox.smtp_port) as server, pytest.raises(smtplib.SMTPException) as refused:
        server.sendmail("a@b.fr", ["c@d.fr"], b"Subject: x\r\n\r\n" + b"x" * 70 * (LARGEST // 70 + 1))
    assert 500 <= refused.value.args[0] < 600
    assert mailbox.files() == []
