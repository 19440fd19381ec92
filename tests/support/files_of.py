"""Files that people send, good and hostile, made when a test needs them."""

import struct
import zlib
from functools import cache
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

PARIS = {1: "N", 2: (48.0, 51.0, 24.0), 3: "E", 4: (2.0, 21.0, 3.0)}
"""GPS part of Exif: where a photo was taken."""


def pdf(change=lambda made: None, pages=1, **options):
    made = pikepdf.new()
    for _ in range(pages):
        made.add_blank_page()
    change(made)
    written = BytesIO()
    made.save(written, deterministic_id="encryption" not in options, **options)
    return written.getvalue()


def locked_pdf(user="secret"):
    """With a password to open it, or, without ``user``, only restrictions on what may be done with it."""
    return pdf(encryption=pikepdf.Encryption(user=user, owner="owner"))


def script_pdf():
    def change(made):
        made.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))

    return pdf(change)


def launching_pdf():
    def change(made):
        action = Dictionary(S=Name.Launch, F=String("cmd.exe"))
        made.pages[0].Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=action)])

    return pdf(change)


def attaching_pdf():
    def change(made):
        made.attachments["facture.xml"] = b"<facture/>"

    return pdf(change)


def form_pdf():
    def change(made):
        made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=String("<xdp/>"))

    return pdf(change)


def written_pdf(*objects, root=1):
    """A PDF written object by object (their bodies, from 1 on), for what no library would write."""
    written, places = BytesIO(), []
    written.write(b"%PDF-1.7\n")
    for number, body in enumerate(objects, 1):
        places.append(written.tell())
        written.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    table = written.tell()
    written.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    written.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    written.write(b"trailer\n<< /Size %d /Root %d 0 R >>\n" % (len(objects) + 1, root))
    written.write(b"startxref\n%d\n%%%%EOF\n" % table)
    return written.getvalue()


def one_page(page=b"", catalog=b"", *more):
    return written_pdf(
        b"<< /Type /Catalog /Pages 2 0 R %b >>" % catalog,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] %b >>" % page,
        *more,
    )


def disguised_script_pdf():
    """The names are written with escapes that every reader undoes."""
    return one_page(catalog=b"/OpenAction << /S /J#61vaScript /J#53 (app.alert\\(1\\)) >>")


def stream(data, filters):
    return b"<< /Filter %b /Length %d >>\nstream\n%b\nendstream" % (filters, len(data), data)


@cache
def zeros(size):
    """Compressed, piece by piece."""
    packing = zlib.compressobj(1)
    pieces = [packing.compress(bytes(10_000_000)) for _ in range(size // 10_000_000)]
    return b"".join((*pieces, packing.flush()))


@cache
def bomb_pdf(size=400_000_000):
    """A page that unfolds some hundredfold."""
    return one_page(b"/Contents 4 0 R", b"", stream(zeros(size), b"/FlateDecode"))


@cache
def nested_bomb_pdf(size=400_000_000, filters=b"[/FlateDecode /FlateDecode]"):
    """The same folded twice: a few kilobytes."""
    return one_page(b"/Contents 4 0 R", b"", stream(zlib.compress(zeros(size), 9), filters))


def shortened_pdf(filters):
    """Names of filters as readers take them too."""
    return one_page(b"/Contents 4 0 R", b"", stream(zlib.compress(b"0 0 9 9 re f"), filters))


def acting_pdf(action):
    """A link that does this."""
    return one_page(b"/Annots [<< /Subtype /Link /Rect [0 0 9 9] /A << %b >> >>]" % action)


@cache
def object_bomb_pdf(size=400_000_000):
    """The bomb is where the objects themselves are kept, so that whoever opens the file unfolds it."""
    kept = zlib.compressobj(1)
    pieces = [kept.compress(b"5 0 << /A 1 >>")] + [kept.compress(b" " * 10_000_000) for _ in range(size // 10_000_000)]
    folded = b"".join((*pieces, kept.flush()))
    written, places = BytesIO(b"%PDF-1.7\n"), []
    written.seek(0, 2)
    store = b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"
    for number, body in enumerate(
        (
            b"<< /Type /Catalog /Pages 2 0 R /Extra 5 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>",
            b"<< %b /Length %d >>\nstream\n%b\nendstream" % (store, len(folded), folded),
        ),
        1,
    ):
        places.append(written.tell())
        written.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    table = written.tell()
    rows = [(0, 0, 65535), *((1, place, 0) for place in places), (2, 4, 0), (1, table, 0)]
    packed = b"".join(struct.pack(">BIH", *row) for row in rows)
    written.write(b"6 0 obj\n<< /Type /XRef /Size 7 /W [1 4 2] /Root 1 0 R /Length %d >>\nstream\n" % len(packed))
    written.write(packed + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % table)
    return written.getvalue()


def picture(size=(64, 48), mode="RGB"):
    return Image.effect_noise(size, 80).convert(mode)


def jpeg(size=(64, 48), *, exif=None, **options):
    written = BytesIO()
    picture(size).save(written, "JPEG", **({"exif": exif} if exif else {}), **options)
    return written.getvalue()


def located_jpeg(orientation=6, **options):
    """A phone's photo: on its side, with the place where it was taken, its device and a comment."""
    exif = Image.Exif()
    exif[0x0112], exif[0x0110] = orientation, "iPhone de Jeanne"
    exif.get_ifd(0x8825).update(PARIS)
    return jpeg(exif=exif.tobytes(), comment=b"chez Jeanne", **options)


def png(size=(64, 48), mode="RGB", **options):
    written = BytesIO()
    picture(size, mode).save(written, "PNG", **options)
    return written.getvalue()


def flat_png(size, mode="1"):
    """One colour: many pixels in few bytes."""
    written = BytesIO()
    Image.new(mode, size).save(written, "PNG")
    return written.getvalue()


def archive(size=10_000_000):
    """A ZIP that unfolds some hundredfold."""
    from zipfile import ZIP_DEFLATED, ZipFile

    written = BytesIO()
    with ZipFile(written, "w", ZIP_DEFLATED) as made:
        made.writestr("zeros", bytes(size))
    return written.getvalue()


HEIC = b"\x00\x00\x00\x24ftypheic\x00\x00\x00\x00mif1heic" + bytes(100)
SCRIPT = b"#!/bin/sh\nrm -rf /\n"
PAGE = b"\xef\xbb\xbf\n<!DOCTYPE html><html><script>alert(1)</script></html>"
