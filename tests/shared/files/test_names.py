"""Names of files, as they are shown and saved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.files.kinds import JPEG, PDF
from shared.files.names import NAME_LIMIT, saved_name, shown_name


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("bulletin de salaire.pdf", "bulletin de salaire.pdf"),
        ("C:\\Users\\Jeanne\\bulletin.pdf", "bulletin.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie: x=1.pdf", "aSet-Cookie x=1.pdf"),
        ("re\u0301sume\u0301.pdf", "résumé.pdf"),
        ("facture\u202efdp.exe", "facturefdp.exe"),
        ('x"; filename=y.exe', "x; filename=y.exe"),
        ("...", "fichier"),
        ("", "fichier"),
        ("\ud800.pdf", "pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("  .htaccess", "htaccess"),
    ],
)
def test_a_name_is_fit_to_be_shown(given_name, shown):
    assert shown_name(given_name) == shown


@pytest.mark.parametrize(
    ("given_name", "kind", "saved"),
    [
        ("bulletin.PDF", PDF, "bulletin.PDF"),
        ("bulletin.exe", PDF, "bulletin.exe.pdf"),
        ("IMG_1.HEIC", JPEG, "IMG_1.HEIC.jpg"),
        ("photo.jpeg", JPEG, "photo.jpeg"),
        ("x" * 300, PDF, "x" * 96 + ".pdf"),
    ],
)
def test_a_name_says_what_the_file_is(given_name, kind, saved):
    assert saved_name(given_name, kind) == saved


@given(st.text(max_size=300))
def test_every_name_is_short_and_of_one_line(given_name):
    name = saved_name(given_name, PDF)
    assert 0 < len(name) <= NAME_LIMIT
    assert name.isprintable()
    assert not set(name) & set('/\\"<>')
    assert name.lower().endswith(".pdf")
