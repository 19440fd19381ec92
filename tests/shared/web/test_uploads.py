"""Forms with files, from the request to the page that answers it."""

import asyncio
import gc
import os
from pathlib import Path

import pytest
from starlette.requests import ClientDisconnect, Request
from support import files_of
from support.sample_pages.upload import UploadForm

from shared.database.engine import IDLE_TIMEOUT_MS
from shared.files import limits
from shared.files.limits import FILE_LIMIT
from shared.files.refusals import Refusal
from shared.web import uploads
from shared.web.forms import blank, parse, parse_upload, read_upload_form
from shared.web.problem import Problem
from shared.web.reading import UPLOAD_LIMIT

ADDRESS = "/espace/envoi"
MESSAGE = "Je reprends à mi-temps."


@pytest.fixture
def send(client, elements):
    """Function: files → the answer. ``files``: (field, name, content), …"""

    async def send(*files, **data):
        values = elements((await client.get(ADDRESS)).text).values()
        fields = {name: values[name] for name in ("form_token", "submission_id")} | {"message": MESSAGE} | data
        sent = [(field, (name, content, "application/octet-stream")) for field, name, content in files]
        return await client.post(ADDRESS, data=fields, files=sent or [("letter", ("", b""))])

    return send


def error_of(page, field):
    _, found, rest = page.partition(f'id="{field}-error">Erreur\u00a0: ')
    return rest.partition("</p>")[0] if found else ""


async def test_files_and_texts_arrive_together(send, app):
    photo = files_of.located_jpeg()
    answer = await send(("proofs", "bulletin.pdf", files_of.pdf()), ("proofs", "photo.jpg", photo), ("letter", "", b""))
    assert answer.status_code == 303
    [(bulletin, picture)] = app.state.kept
    assert (bulletin.kind.key, bulletin.name, bulletin.content) == ("pdf", "bulletin.pdf", files_of.pdf())
    assert (picture.kind.key, picture.name) == ("jpeg", "photo.jpg")
    assert b"Jeanne" not in picture.content


async def test_a_large_file_arrives_whole(send, app):
    large = files_of.pdf(lambda made: made.pages[0].__setattr__("Contents", made.make_stream(os.urandom(5_000_000))))
    assert FILE_LIMIT - 500_000 < len(large) < FILE_LIMIT
    answer = await send(*(("proofs", f"{n}.pdf", large) for n in range(3)))
    assert answer.status_code == 303
    assert [file.content for file in app.state.kept[0]] == [large] * 3


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("vide.pdf", b"", "« vide.pdf » est vide. Choisissez un fichier JPEG, PNG ou PDF"),
        (
            "gros.pdf",
            b"%PDF-" + bytes(FILE_LIMIT),
            "« gros.pdf » dépasse 5 Mo. Réduisez sa taille ou choisissez un autre",
        ),
        (
            "script.pdf",
            files_of.SCRIPT,
            "« script.pdf » n’est ni une image ni un PDF : c’est une page web ou un programme",
        ),
        ("bombe.pdf", files_of.archive(), "« bombe.pdf » n’est ni une image ni un PDF : c’est une archive"),
        ("a.pdf", files_of.pdf()[:300], "« a.pdf » est abîmé ou incomplet. Vérifiez qu’il s’ouvre"),
        (
            "a.pdf",
            files_of.locked_pdf(),
            "« a.pdf » est protégé par un mot de passe ou par des restrictions. Ouvrez-le",
        ),
        ("a.heic", files_of.HEIC, "« a.heic » est une photo au format HEIC. Envoyez-la au format JPEG"),
        ("C:\\moi\\<b>.pdf", b"?", "« b.pdf » n’est ni une image JPEG ou PNG, ni un PDF"),
    ],
)
async def test_a_refused_file_is_told_next_to_its_field_and_the_text_is_kept(send, app, name, content, message):
    answer = await send(("proofs", name, content))
    assert answer.status_code == 422
    assert error_of(answer.text, "proofs").replace("\u00a0", " ").startswith(message)
    assert MESSAGE in answer.text
    assert app.state.kept == []


async def test_every_refused_file_is_told_of(send):
    answer = await send(
        ("proofs", "a.pdf", b""), ("proofs", "b.pdf", files_of.pdf()), ("proofs", "c.pdf", files_of.SCRIPT)
    )
    error = error_of(answer.text, "proofs")
    assert "« a.pdf »".replace(" ", "\u00a0") in error
    assert "« c.pdf »".replace(" ", "\u00a0") in error
    assert "b.pdf" not in error


async def test_the_number_of_files_is_bounded(send):
    four = await send(*(("proofs", f"{n}.pdf", files_of.pdf()) for n in range(4)))
    assert error_of(four.text, "proofs") == "Vous avez choisi 4 fichiers\u00a0: choisissez-en 3 au plus"
    two = await send(("proofs", "a.pdf", files_of.pdf()), *(("letter", "b.pdf", files_of.pdf()) for _ in range(2)))
    assert error_of(two.text, "letter") == "Vous avez choisi 2 fichiers\u00a0: choisissez-en un seul"
    many = await send(*(("proofs", f"{n}.pdf", b"x") for n in range(101)))
    assert many.status_code == 400


async def test_a_field_may_ask_for_one_kind_only(send):
    answer = await send(("proofs", "a.png", files_of.png()), ("letter", "b.png", files_of.png()))
    assert error_of(answer.text, "proofs") == ""
    assert error_of(answer.text, "letter").endswith("n’est pas du format demandé")


async def test_a_missing_file_is_told(send):
    answer = await send()
    assert error_of(answer.text, "proofs") == "Choisissez au moins un justificatif"
    assert error_of(answer.text, "letter") == ""


async def test_who_has_to_choose_again_is_told(send, client):
    answer = await send(("proofs", "a.pdf", files_of.pdf()), message="")
    assert error_of(answer.text, "message") == "Saisissez votre message"
    assert 'id="proofs-again"' in answer.text
    assert 'id="letter-again"' not in answer.text
    assert 'aria-describedby="proofs-hint proofs-again"' in answer.text
    assert "-again" not in (await client.get(ADDRESS)).text


async def test_a_form_that_is_not_ours_costs_no_check(send, app, monkeypatch):
    async def never(*_):
        raise AssertionError

    monkeypatch.setattr(uploads, "check_file", never)
    answer = await send(("proofs", "a.pdf", files_of.pdf()), form_token="forged")
    assert answer.status_code == 422
    assert "Votre page a expiré" in answer.text
    assert MESSAGE in answer.text
    assert app.state.kept == []


async def test_checks_that_take_too_long_are_ended_and_told(send, monkeypatch):
    async def stuck(*_):
        await asyncio.Event().wait()

    monkeypatch.setattr(uploads, "check_file", stuck)
    monkeypatch.setattr(uploads, "FORM_SECONDS", 0.1)
    assert limits.FORM_SECONDS * 1000 < IDLE_TIMEOUT_MS, "a page has its transaction open meanwhile"
    answer = await send(("proofs", "a.pdf", files_of.pdf()))
    assert error_of(answer.text, "proofs") == Refusal.BUSY.message("a.pdf")


def test_a_file_that_nobody_checked_is_never_an_answer():
    from shared.web.sent import SentFile, SentForm

    sent = SentForm({"message": "x"}, {"proofs": [SentFile("a.pdf", 10, None)]})
    form = parse(UploadForm, sent)
    assert form.value is None
    assert form.errors["proofs"] == "Choisissez à nouveau vos fichiers, puis recommencez l’envoi"
    assert parse(UploadForm, {"message": "x", "proofs": "texte"}).value is None
    assert blank(UploadForm).values == {"message": ""}


def body_of(*parts):
    head = b'--x\r\nContent-Disposition: form-data; name="proofs"; filename="a.pdf"\r\n\r\n'
    return b"".join(head + part + b"\r\n" for part in parts) + b"--x--\r\n"


def request_of(*chunks, gone=False):
    """A request whose body comes in pieces; ``gone``: the client goes away after them."""
    messages = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages.append({"type": "http.disconnect"} if gone else {"type": "http.request", "body": b""})

    async def receive():
        return messages.pop(0)

    headers = [(b"content-type", b"multipart/form-data; boundary=x")]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)


def open_files():
    """What this process has open that is not a name any more."""
    gc.collect()
    return [link for fd in Path("/proc/self/fd").iterdir() if (link := _target(fd)).endswith("(deleted)")]


def _target(fd):
    try:
        return str(fd.readlink())
    except OSError:
        return ""


LARGE = bytes(3_000_000)


async def test_files_are_on_the_disk_only_while_the_form_is_read(tmp_path, monkeypatch):
    before = open_files()
    async with read_upload_form(request_of(body_of(LARGE, LARGE))) as sent:
        assert [file.size for file in sent.files["proofs"]] == [len(LARGE)] * 2
        assert len(open_files()) == len(before) + 2
    assert open_files() == before


@pytest.mark.parametrize("how", ["page fails", "client gone", "too long", "malformed", "cancelled"])
async def test_whatever_happens_nothing_of_a_file_stays(how):
    before = open_files()
    body = body_of(LARGE)
    requests = {
        "page fails": request_of(body),
        "client gone": request_of(body[:-100], gone=True),
        "too long": request_of(*[body_of(LARGE)[:-7]] * 6),
        "malformed": request_of(body[:-100], b"\r\n--x-nonsense"),
        "cancelled": request_of(body),
    }
    with pytest.raises((ZeroDivisionError, ClientDisconnect, Problem, asyncio.CancelledError)):
        async with read_upload_form(requests[how]):
            raise asyncio.CancelledError if how == "cancelled" else ZeroDivisionError
    assert open_files() == before


async def test_a_form_is_bounded_as_a_whole_and_in_its_texts(client):
    head = {"Content-Type": "multipart/form-data; boundary=x"}
    part = b'--x\r\nContent-Disposition: form-data; name="%d"\r\n\r\n' + b"x" * 16_000 + b"\r\n"
    texts = b"".join(part % n for n in range(5)) + b"--x--\r\n"
    assert (await client.post(ADDRESS, content=texts, headers=head)).status_code == 413
    large = body_of(bytes(UPLOAD_LIMIT))
    answer = await client.post(ADDRESS, content=large, headers=head)
    assert answer.status_code == 413
    assert "envoyez moins de fichiers" in answer.text


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded"])
async def test_another_kind_of_form_has_no_files(kind):
    request = request_of(b"message=bonjour")
    request.scope["headers"] = [(b"content-type", kind.encode())]
    async with read_upload_form(request) as sent:
        form = await parse_upload(UploadForm, sent)
    assert form.errors["proofs"] == "Choisissez au moins un justificatif"
