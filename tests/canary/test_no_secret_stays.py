"""After the journey with its failures, what people know is nowhere but on paper, in their own mail and in sealed bytes."""

import time
from collections import Counter
from pathlib import Path

import pytest
from canary import views
from canary.allowed import ALLOWED, allowing, leaks
from canary.search import Search
from canary.story import Story

from launcher import postgres_files
from launcher.services import PRINT_SHOP, SERVICES

KINDS = {
    "NIR", "address token", "assertion", "captcha challenge", "confirmation token", "device cookie", "form token",
    "guessed password", "guessed provisional password", "guessed secret answer", "invitation token", "key", "letter token",
    "member number",
    "mistyped provisional password", "new address", "new password", "one-time code", "password", "password of a server",
    "password of a server's own", "password, the second time", "provisional password",
    "provisional password, refused batch", "receipt cookie", "recovery code", "refused password", "report token",
    "request cookie", "reset token", "second step cookie", "secret answer", "secret of codes", "session cookie",
    "staff assertion", "staff password", "staff secret of codes", "staff session cookie", "token of the print shop",
    "visitor cookie",
}  # fmt: skip


@pytest.fixture(scope="module")
def planted(loud):
    story = Story(loud)
    try:
        yield story.tell()
    finally:
        story.close()


@pytest.mark.timeout(900)
def test_no_secret_is_anywhere_but_where_it_belongs(loud, planted, top):
    assert {secret.kind for secret in planted} == KINDS
    views.write_figures(loud, top / "views")
    # their last lines and spans are written when they end
    loud.do(loud.system.stop(PRINT_SHOP, *SERVICES))
    views.write_dumps(loud, top / "views")
    loud.system.postgres.sql("checkpoint")
    views.write_mails(loud.places.mail, top / "views")
    views.write_pdfs(loud.places.var, top / "views")
    views.write_names(loud.places.var, top / "views")

    began, search = time.monotonic(), Search(planted)
    hits = search.hits(top)
    data = postgres_files.data_folder(loud.system.postgres.folder)[0]
    hits |= search.hits(data) if not data.is_relative_to(top) else set()
    print(told(search, planted, (top, data), time.monotonic() - began))  # noqa: T201 (shown by pytest -s)
    assert not (found := leaks(hits)), "\n".join(found)
    # the search sees: each of these places is known to hold what it may hold
    used = Counter(line.why for hit in hits if (line := allowing(hit)))
    assert set(used) == {line.why for line in ALLOWED}


def told(search: Search, planted, folders: tuple[Path, ...], seconds: float) -> str:
    files = {path.resolve() for folder in folders for path in folder.rglob("*") if path.is_file()}
    size = sum(file.stat().st_size for file in files)
    return (
        f"{len(list(planted))} secrets, {len(search)} patterns, {len(files)} files, "
        f"{size / 1e6:.0f} MB, {seconds:.1f} s"
    )
