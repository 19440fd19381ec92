"""What becomes of a file, by what it is: real files, good and hostile, through the process that checks them."""

import asyncio
import resource
from hashlib import sha256
from io import BytesIO
from tempfile import TemporaryFile

import pytest
from PIL import Image, ImageChops
from structlog.testing import capture_logs
from support import files_of

from shared.files import checking, examine
from shared.files.checking import check_file
from shared.files.refusals import FileRefusedError, Refusal


async def checked(content, name="bulletin.pdf"):
    with TemporaryFile() as file:
        file.write(content)
        file.flush()
        return await check_file(file, name)


async def refused(content):
    with pytest.raises(FileRefusedError) as caught:
        await checked(content)
    return caught.value.refusal


@pytest.mark.parametrize(
    "content",
    [
        files_of.pdf(),
        files_of.pdf(pages=50),
        files_of.pdf(linearize=True),
        files_of.one_page(b"/Contents 4 0 R", b"", files_of.stream(files_of.zeros(100_000_000), b"/FlateDecode")),
        files_of.acting_pdf(b"/S /URI /URI (https://exemple.fr)"),
        files_of.acting_pdf(b"/S /URI /URI (MAILTO:bonjour@exemple.fr)"),
    ],
    ids=["one page", "fifty", "linearized", "a large scan", "a link", "a mail"],
)
async def test_a_pdf_is_kept_as_it_is(content):
    found = await checked(content)
    assert (found.kind.key, found.content, found.size) == ("pdf", content, len(content))
    assert found.sha256 == sha256(content).digest()
    assert found.name == "bulletin.pdf"


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda: b"", Refusal.EMPTY),
        (lambda: files_of.SCRIPT, Refusal.PROGRAM),
        (lambda: files_of.PAGE, Refusal.PROGRAM),
        (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", Refusal.PROGRAM),
        (lambda: b"MZ\x90\x00", Refusal.PROGRAM),
        (files_of.archive, Refusal.ARCHIVE),
        (lambda: files_of.archive(1000) + files_of.pdf(), Refusal.ARCHIVE),
        (lambda: files_of.HEIC, Refusal.HEIC),
        (lambda: b"GIF89a" + bytes(50), Refusal.OTHER_KIND),
        (lambda: b"Bonjour", Refusal.OTHER_KIND),
        (lambda: b"\n" + files_of.pdf(), Refusal.OTHER_KIND),
        (lambda: files_of.pdf()[:300], Refusal.DAMAGED),
        (lambda: files_of.pdf()[:300] + b"\n%%EOF\n", Refusal.DAMAGED),
        (lambda: b"%PDF-1.7\n%%EOF", Refusal.DAMAGED),
        (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 100 + b"%%EOF", Refusal.DAMAGED),
        (lambda: files_of.pdf(pages=0), Refusal.DAMAGED),
        (lambda: files_of.pdf(pages=51), Refusal.TOO_MANY_PAGES),
        (files_of.locked_pdf, Refusal.ENCRYPTED),
        (lambda: files_of.locked_pdf(user=""), Refusal.ENCRYPTED),
        (files_of.script_pdf, Refusal.SCRIPT),
        (files_of.disguised_script_pdf, Refusal.SCRIPT),
        (lambda: files_of.one_page(b"/AA << /O << /S /JavaScript >> >>"), Refusal.SCRIPT),
        (files_of.form_pdf, Refusal.SCRIPT),
        (files_of.launching_pdf, Refusal.LAUNCH),
        (lambda: files_of.acting_pdf(b"/S /GoToR /F (\\\\exemple.fr\\a.pdf) /D [0 /Fit]"), Refusal.LAUNCH),
        (lambda: files_of.acting_pdf(b"/S /URI /URI (file:///etc/passwd)"), Refusal.LAUNCH),
        (lambda: files_of.acting_pdf(b"/S /URI /URI (java\\163cript:app.alert\\(1\\))"), Refusal.LAUNCH),
        (lambda: files_of.acting_pdf(b"/S /URI /URI (\\\\exemple.fr\\a)"), Refusal.LAUNCH),
        (lambda: files_of.acting_pdf(b"/S /GoToE /F (a.pdf)"), Refusal.ATTACHMENT),
        (lambda: files_of.acting_pdf(b"/S /SubmitForm /F (https://exemple.fr)"), Refusal.SCRIPT),
        (lambda: files_of.acting_pdf(b"/S /ImportData /F (a.fdf)"), Refusal.SCRIPT),
        (files_of.attaching_pdf, Refusal.ATTACHMENT),
        (lambda: files_of.one_page(b"", b"", b"<< /Type /Filespec /EF << >> >>"), Refusal.ATTACHMENT),
        (files_of.bomb_pdf, Refusal.TOO_COMPLEX),
        (files_of.nested_bomb_pdf, Refusal.TOO_COMPLEX),
        (lambda: files_of.nested_bomb_pdf(filters=b"[/Fl /Fl]"), Refusal.TOO_COMPLEX),
        (files_of.object_bomb_pdf, Refusal.TOO_COMPLEX),
        *(
            (lambda name=name: files_of.shortened_pdf(name), Refusal.TOO_COMPLEX)
            for name in b"/Fl;/LZW;/RL;/AHx;/A85;/CCF;/DCT;[/ASCII85Decode /Fl];[null]".split(b";")
        ),
        (
            lambda: files_of.one_page(b"", b"", b"<< /Subtype /Image /Width 100000 /Height 100000 >>"),
            Refusal.TOO_COMPLEX,
        ),
        (lambda: files_of.jpeg()[:-100], Refusal.DAMAGED),
        (lambda: b"\xff\xd8\xff" + bytes(1000), Refusal.DAMAGED),
        (lambda: files_of.png()[:-100], Refusal.DAMAGED),
        (lambda: files_of.png().replace(b"IDAT", b"IDAT\0", 1), Refusal.DAMAGED),
        (lambda: files_of.flat_png((10_000, 6_000)), Refusal.TOO_MANY_PIXELS),
    ],
)
async def test_what_is_no_good_is_refused_with_its_reason(make, refusal):
    assert await refused(make()) is refusal


async def test_a_bomb_costs_neither_memory_nor_time(monkeypatch):
    """In a process of 600 MB at most, and here nothing at all."""
    bombs = [files_of.bomb_pdf(), files_of.nested_bomb_pdf(), files_of.object_bomb_pdf()]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    async with asyncio.timeout(60):
        assert {await refused(bomb) for bomb in bombs} == {Refusal.TOO_COMPLEX}
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50_000


async def test_a_check_that_does_not_end_is_ended(monkeypatch):
    monkeypatch.setattr(checking, "CHECK_SECONDS", 0.3)
    monkeypatch.setattr(checking, "_PROGRAM", ("-c", "while True: pass"))
    assert await refused(files_of.pdf()) is Refusal.TOO_COMPLEX


@pytest.mark.parametrize(
    ("take", "ends"),
    [
        ("bytes(900_000_000)", {"MemoryError"}),
        # the processor's time is over: the kernel tells it first, and ends it when that is of no use
        ("all(iter(lambda: True, False))", {"ended by signal 9", "ended by signal 24"}),
    ],
    ids=["RLIMIT_AS", "RLIMIT_CPU"],
)
async def test_the_kernel_ends_a_check_that_takes_too_much(monkeypatch, take, ends):
    """Each by its own limit, long before the clock would end it."""
    program = "from shared.files import examine\nexamine.PROCESSOR_SECONDS = 1\n"
    program += f"examine.examine = lambda file: {take}\nexamine.main()"
    monkeypatch.setattr(checking, "_PROGRAM", ("-c", program))
    monkeypatch.setattr(checking, "CHECK_SECONDS", 60.0)
    with capture_logs() as logs:
        assert await refused(files_of.pdf()) is Refusal.TOO_COMPLEX
    assert logs[0]["exc_type"] in ends


async def test_a_check_that_cannot_start_is_no_refusal(monkeypatch):
    monkeypatch.setattr(checking, "_PROGRAM", ("-m", "shared.files.nowhere"))
    with pytest.raises(RuntimeError):
        await checked(files_of.pdf())


async def test_the_check_knows_no_secret(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "secret")
    told = "import json, os; print(json.dumps({'refused': 'DAMAGED', 'because': ' '.join(os.environ)}))"
    monkeypatch.setattr(checking, "_PROGRAM", ("-I", "-c", told))
    with pytest.raises(FileRefusedError) as caught:
        await checked(files_of.pdf())
    assert set(caught.value.because.split()) <= {"MALLOC_ARENA_MAX", "LC_CTYPE"}


@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("options", [{}, {"progressive": True}])
async def test_a_photo_loses_where_it_was_taken_and_no_pixel(orientation, options):
    sent = files_of.located_jpeg(orientation, **options) + b"PK\x03\x04 a film behind the picture"
    found = await checked(sent, "IMG_0001.jpg")
    before, after = (Image.open(BytesIO(content)) for content in (sent, found.content))
    assert ImageChops.difference(before, after).getbbox() is None
    assert before.getexif().get_ifd(0x8825)
    assert dict(after.getexif()) == ({0x0112: 6} if orientation == 6 else {})
    assert not after.getexif().get_ifd(0x8825)
    for private in (b"Jeanne", b"iPhone", b"film"):
        assert private in sent
        assert private not in found.content
    assert (await checked(found.content)).content == found.content


async def test_a_picture_loses_its_texts_and_no_pixel():
    from PIL.PngImagePlugin import PngInfo

    texts = PngInfo()
    texts.add_text("Author", "Jeanne")
    texts.add_text("Comment", "chez Jeanne" * 1000, zip=True)
    exif = Image.Exif()
    exif[0x0110] = "iPhone de Jeanne"
    sent = files_of.png(mode="RGBA", pnginfo=texts, exif=exif, dpi=(300, 300)) + files_of.SCRIPT
    found = await checked(sent, "capture.PNG")
    before, after = (Image.open(BytesIO(content)) for content in (sent, found.content))
    assert before.tobytes() == after.tobytes()
    assert (before.text["Author"], after.text, after.info["dpi"][0] > 299) == ("Jeanne", {}, True)
    assert b"Jeanne" not in found.content
    assert files_of.SCRIPT not in found.content


@pytest.mark.parametrize("make", [files_of.pdf, files_of.located_jpeg, files_of.png])
def test_no_damage_makes_the_check_fail(make, random_bytes):
    """Hundreds of files with some bytes changed: each is accepted or refused with a reason, none breaks the check."""
    for damaged in random_bytes(make(), 150):
        try:
            examine.examine(BytesIO(damaged))
        except FileRefusedError:
            continue
