"""The forms of a batch: WeasyPrint lays out a page a wording, the separator, and a sheet of glyphs, in one file."""

import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pikepdf
import structlog

from letters.sheets import letter_form, separator
from letters.sheets.form import INK, Form
from letters.sheets.letter_content import LetterContent, Wording
from letters.sheets.letter_page import LetterPage, ResourceError
from letters.sheets.slots import Glyphs, glyphs_of
from shared.contracts.provisional_password import ALPHABET

_COMMON = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0ÀÂÄÆÇÉÈÊËÎÏÔÖÙÛÜŸŒàâäæçéèêëîïôöùûüÿœ’«»°–€"
"""Signs of nearly every letter: with them the forms serve the batches of a day."""
_BOLD = "".join(sorted({*ALPHABET, "-", *letter_form.SLOTS, *separator.SLOTS}))
"""Signs of passwords, serials and placeholders: nothing else is printed bold in a slot."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Forms:
    """``laid_out``: the PDF that WeasyPrint wrote: its fonts, and pages that are not printed."""

    laid_out: bytes
    letters: Mapping[Wording, Form]
    separator: Form
    glyphs: Glyphs
    signs: frozenset[str]

    @cached_property
    def compressed(self) -> Mapping[object, bytes]:
        """The fixed part of every form: by wording, and by the module ``separator``."""
        every: list[tuple[object, Form]] = [*self.letters.items(), (separator, self.separator)]
        return {key: zlib.compress(form.fixed, 9) for key, form in every}


def lay_out(page: LetterPage, letters: Sequence[LetterContent], before: Forms | None = None) -> Forms:
    """Forms for these letters: ``before``, if they will do, or new ones that serve what those of the same day served too.

    Raises:
        ResourceError: a template asks for a file from elsewhere, a letter is longer than its page, or a slot is missing.
    """
    wordings = tuple(dict.fromkeys(letter.wording for letter in letters))
    signs = frozenset().union(*map(letter_form.signs_of, letters))
    if before and signs <= before.signs and before.letters.keys() >= set(wordings):
        return before
    if before:
        days = {wording.day for wording in wordings}
        wordings += tuple(one for one in before.letters if one.day in days and one not in wordings)
        signs |= before.signs
    return _forms(page, wordings, signs.union(_COMMON))


def _forms(page: LetterPage, wordings: Sequence[Wording], signs: frozenset[str]) -> Forms:
    regular = "".join(sorted(signs))
    of_wording = {wording: document for wording in wordings if (document := _placeholder(page, wording)) is not None}
    documents = [
        *of_wording.values(),
        page.lay_out_sheet("separator", **separator.placeholder()),
        page.lay_out_sheet("glyphs", regular=regular, bold=_BOLD),
    ]
    pages = [one for document in documents for one in document.pages]
    laid_out = bytes(documents[0].copy(pages).write_pdf())
    with pikepdf.open(io.BytesIO(laid_out)) as pdf:
        *of_letters, of_separator, of_glyphs = pdf.pages
        glyphs = glyphs_of(of_glyphs, regular + _BOLD)
        letters = {
            wording: Form.of(one, glyphs, letter_form.SLOTS, with_matrix=True)
            for wording, one in zip(of_wording, of_letters, strict=True)
        }
        sheet = Form.of(of_separator, glyphs, separator.SLOTS, with_matrix=False)
    return Forms(laid_out, letters, sheet, glyphs, signs)


def _placeholder(page: LetterPage, wording: Wording) -> Any:
    """Its document; None for a wording that can't be laid out: its letters are refused, and hold no others."""
    try:
        return page.lay_out(letter_form.placeholder(wording), INK)
    except ResourceError:
        raise
    except Exception:
        log.exception("wording could not be laid out")
        return None
