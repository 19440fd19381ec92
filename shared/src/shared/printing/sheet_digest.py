"""The SHA-256 of what is printed on one sheet of a batch, as both sides compute it from the PDF."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pikepdf


def sheet_digests(file: pikepdf.Pdf) -> Iterator[str]:
    """Hex digest of every page in order: of its drawing instructions, then of those of each form that it draws, by name.

    Streams are taken decoded, so that another compression of the same sheet has the same digest.
    """
    forms: dict[tuple[int, int], bytes] = {}

    def form_digest(form: Any) -> bytes:
        if form.objgen not in forms:
            forms[form.objgen] = hashlib.sha256(form.read_bytes()).digest()
        return forms[form.objgen]

    for page in file.pages:
        digest = hashlib.sha256(page.obj.Contents.read_bytes())
        resources = page.obj.get("/Resources", pikepdf.Dictionary())
        drawn: Any = resources.get("/XObject", pikepdf.Dictionary())
        for name in sorted(drawn.keys()):
            digest.update(form_digest(drawn[name]))
        yield digest.hexdigest()
