"""A whole batch as one PDF in printing order, fonts embedded once."""

import io
import secrets
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pikepdf
import structlog

from letters.batch_addresses import LettersRefusedError
from letters.letter_content import LetterContent
from letters.letter_page import LetterPage, ResourceError
from shared.contracts.events import ParkReason

FONTS = frozenset({"DejaVu-Sans", "DejaVu-Sans-Bold", "DejaVu-Sans-Mono", "DejaVu-Sans-Mono-Bold"})
"""The fonts of the letter (Debian: fonts-dejavu-core). Another one on a page means that one of these is missing."""

log = structlog.get_logger()


class InterruptedBatchError(Exception):
    """The service stops; the batch was not finished."""


def print_file(
    page: LetterPage, letters: Sequence[tuple[UUID, LetterContent]], interrupted: Callable[[], bool]
) -> bytes:
    """The PDF of a batch: one sheet a letter. About 40 ms of one core a letter, so call it off the event loop.

    Raises:
        LettersRefusedError: letters that fail on their own.
        ResourceError: nothing can be printed as things stand.
        InterruptedBatchError: ``interrupted`` said so between two letters.
    """
    pages: list[Any] = []
    document: Any = None
    refused: dict[UUID, ParkReason] = {}
    for letter_id, content in letters:
        if interrupted():
            raise InterruptedBatchError
        try:
            document = page.lay_out(content)
            pages += document.pages  # not the documents: each holds a tree of its own
        except ResourceError:
            raise
        except Exception:
            # one letter that the layout stumbles over must not hold the others for ever
            log.exception("letter could not be laid out", letter_id=str(letter_id))
            refused[letter_id] = "layout-failed"
    if refused:
        raise LettersRefusedError(refused)
    pdf = _written(document, pages)
    check_print_file(pdf, sheets=len(letters))
    return pdf


def _written(document: Any, pages: list[Any]) -> bytes:
    # random: the published SHA-256 of the file must not be a way to try out passwords
    pdf = document.copy(pages).write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=secrets.token_hex(16).encode())
    return bytes(pdf)


def check_print_file(pdf: bytes, sheets: int) -> None:
    """The last gate before a batch is sealed.

    Raises:
        ResourceError: wrong number of pages, or a font that is not the letter's own or not embedded.
    """
    with pikepdf.open(io.BytesIO(pdf)) as file:
        if len(file.pages) != sheets:
            raise ResourceError(f"{len(file.pages)} pages for {sheets} letters")
        for item in file.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor":
                name = str(item["/FontName"]).rpartition("+")[2].removeprefix("/")
                if name not in FONTS or not any(key in item for key in ("/FontFile", "/FontFile2", "/FontFile3")):
                    raise ResourceError(f"font {name}: install fonts-dejavu-core")
