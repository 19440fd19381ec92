"""Kept files: with the report they belong to or not at all, and only for their owner."""

from hashlib import sha256
from typing import Annotated
from urllib.parse import unquote
from uuid import UUID, uuid4

import httpx
import pytest
from fastapi import APIRouter, Request
from sqlalchemy import text
from starlette.responses import JSONResponse, Response
from support import files_of

from member_space.access.signed_in import SignedInVisit
from member_space.files.downloading import attachment, download
from member_space.files.storing import keep, load
from shared.contracts.person_id import person_id
from shared.database.engine import Database
from shared.files.checking import CheckedFile
from shared.files.kinds import JPEG, PDF
from shared.web.forms import Files, Form, parse_upload, read_upload_form
from shared.web.problems import Problem

JEANNE, PAUL = person_id("DEMO-0001"), person_id("DEMO-0002")
BULLETIN = CheckedFile(PDF, "bulletin d’été « 2026 ».pdf", files_of.pdf())

sample = APIRouter()


class ReportForm(Form):
    """A report as the pages of the space have them."""

    proofs: Annotated[tuple[CheckedFile, ...], Files("Choisissez au moins un justificatif")]


@sample.post("/espace/signalement")
async def report(request: Request, visit: SignedInVisit, fails: str = "") -> Response:
    """Keep the files of a report."""
    async with read_upload_form(request) as sent:
        form = await parse_upload(ReportForm, sent)
    if form.value is None:
        return JSONResponse(dict(form.errors), 422)
    kept = [str(await keep(visit.work, visit.who.person_id, file)) for file in form.value.proofs]
    if fails:
        raise Problem(409)
    return JSONResponse(kept, 201)


@sample.get("/espace/fichiers/{file_id}")
async def show(file_id: UUID, visit: SignedInVisit) -> Response:
    """Give a file back."""
    found = await load(visit.work.session, file_id, visit.who.person_id)
    if found is None:
        raise Problem(404)
    return download(found)


@pytest.fixture
def app(app):
    app.include_router(sample)
    return app


@pytest.fixture
def send(client, activation):
    """Function: person, files → the answer to their report."""

    async def send(person, *files, **query) -> httpx.Response:
        sent = [("proofs", (name, content)) for name, content in files]
        return await client.post("/espace/signalement", files=sent, params=query, headers=activation.header(person))

    return send


@pytest.fixture
def fetch(client, activation):
    async def fetch(person, file_id) -> httpx.Response:
        return await client.get(f"/espace/fichiers/{file_id}", headers=activation.header(person))

    return fetch


async def count(database: Database) -> int:
    async with database.unit_of_work() as work:
        return (await work.session.execute(text("SELECT count(*) FROM stored_file"))).scalar_one()


async def test_a_file_goes_from_the_form_to_its_owner_and_to_nobody_else(send, fetch):
    photo = files_of.located_jpeg()
    answer = await send(JEANNE, ("bulletin.pdf", BULLETIN.content), ("IMG_1.HEIC", photo))
    assert answer.status_code == 201
    bulletin, picture = answer.json()

    shown = await fetch(JEANNE, bulletin)
    assert shown.status_code == 200
    assert shown.content == BULLETIN.content
    assert dict(shown.headers) | {
        "content-type": "application/pdf",
        "content-length": str(len(BULLETIN.content)),
        "content-disposition": "attachment; filename=\"bulletin.pdf\"; filename*=UTF-8''bulletin.pdf",
        "x-content-type-options": "nosniff",
        "content-security-policy": "sandbox; default-src 'none'",
        "cache-control": "no-store",
        "cross-origin-resource-policy": "same-origin",
    } == dict(shown.headers)

    seen = await fetch(JEANNE, picture)
    assert seen.headers["content-type"] == "image/jpeg"
    assert 'filename="IMG_1.HEIC.jpg"' in seen.headers["content-disposition"]
    assert b"Jeanne" in photo
    assert b"Jeanne" not in seen.content

    assert (await fetch(PAUL, bulletin)).status_code == 404
    assert (await fetch(JEANNE, uuid4())).status_code == 404


async def test_a_large_file_comes_back_whole(database, client):
    content = bytes(range(256)) * 20_000
    async with database.unit_of_work() as work:
        file_id = await keep(work, JEANNE, CheckedFile(PDF, "a.pdf", content))
    async with database.unit_of_work() as work:
        found = await load(work.session, file_id, JEANNE)
    assert found is not None
    pieces = [piece async for piece in download(found).body_iterator]
    assert b"".join(pieces) == content
    assert max(map(len, pieces)) == 64 * 1024


async def test_what_is_kept_says_what_it_is(database):
    async with database.unit_of_work() as work:
        file_id = await keep(work, JEANNE, BULLETIN)
        assert not list(work.session.identity_map.values()), "the content is not held until the commit"
    async with database.unit_of_work() as work:
        kept = await load(work.session, file_id, JEANNE)
    assert kept is not None
    assert (kept.owner, kept.kind, kept.name, kept.size) == (JEANNE, "pdf", BULLETIN.name, len(BULLETIN.content))
    assert kept.sha256 == sha256(BULLETIN.content).digest()
    assert kept.created_at == work.now or kept.created_at < work.now
    assert "%PDF" not in repr(kept)


async def test_a_report_that_fails_keeps_no_file(send, database):
    assert (await send(JEANNE, ("a.pdf", BULLETIN.content), fails="oui")).status_code == 409
    refused = await send(JEANNE, ("a.pdf", BULLETIN.content), ("b.pdf", files_of.SCRIPT))
    assert refused.status_code == 422
    assert "« b.pdf »" in refused.json()["proofs"].replace("\u00a0", " ")
    assert await count(database) == 0


async def test_the_database_keeps_nothing_larger_or_of_another_size(database):
    for size in (0, 5 * 1024 * 1024 + 1):
        with pytest.raises(Exception, match="stored_file_size"):
            async with database.unit_of_work() as work:
                await keep(work, JEANNE, CheckedFile(PDF, "a.pdf", bytes(size)))
    async with database.unit_of_work() as work:
        stored = "SELECT attstorage FROM pg_attribute WHERE attrelid = 'stored_file'::regclass AND attname = 'content'"
        assert (await work.session.execute(text(stored))).scalar_one() in {"e", b"e"}


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("bulletin d’été « 2026 ».pdf", "bulletin dete  2026 .pdf"),
        ('a"b\\c;d.pdf', "a_b_c_d.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a__Set-Cookie_ x.pdf"),
        ("Ö\u202e文.pdf", "O.pdf"),
        ("100 %.pdf", "100 _.pdf"),
    ],
)
def test_a_name_reaches_every_browser(name, plain):
    header = attachment(name)
    assert header.isascii()
    assert header.isprintable()
    head, _, coded = header.partition("; filename*=UTF-8''")
    assert head == f'attachment; filename="{plain}"'
    assert unquote(coded) == name
    assert not set(coded) & set(" \"';,")


def test_every_kind_has_its_type():
    from datetime import UTC, datetime

    from member_space.models import StoredFile

    file = StoredFile(
        id=uuid4(), owner=JEANNE, sha256=b"", kind=JPEG.key, size=3, name="a.jpg", content=b"abc", created_at=datetime.now(UTC)
    )  # fmt: skip
    assert download(file).headers["content-type"] == "image/jpeg"
