"""A whole batch as one PDF in printing order: fonts and what letters have in common are stored once (decision 0051)."""

import io
import secrets
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

import pikepdf
import structlog
from pikepdf import Array, Dictionary, Name

from letters.batch_addresses import LettersRefusedError
from letters.sheets import letter_form, separator
from letters.sheets.forms import Forms, lay_out
from letters.sheets.letter_content import LetterContent
from letters.sheets.letter_page import LetterPage
from shared.contracts.events import ParkReason

log = structlog.get_logger()


class InterruptedBatchError(Exception):
    """The service stops; the batch was not finished."""


class Press:
    """Makes print files, one at a time. It keeps the forms that it laid out until another day, wording or sign is needed."""

    def __init__(self, page: LetterPage) -> None:
        self._page = page
        self._forms: Forms | None = None

    def print_file(
        self,
        letters: Sequence[tuple[UUID, LetterContent]],
        first: separator.Separator,
        interrupted: Callable[[], bool] = lambda: False,
    ) -> bytes:
        """The PDF of a batch: the separator, then one sheet a letter. It computes for a while: call it off the event loop.

        Raises:
            LettersRefusedError: letters that fail on their own.
            ResourceError: nothing can be printed as things stand.
            InterruptedBatchError: ``interrupted`` said so between two letters.
        """
        forms = self._forms = lay_out(self._page, [content for _, content in letters], self._forms)
        sheets = [_Sheet(separator, separator.drawn(forms.separator, first, forms.glyphs))]
        refused: dict[UUID, ParkReason] = {}
        for letter_id, content in letters:
            if interrupted():
                raise InterruptedBatchError
            try:
                own = letter_form.drawn(forms.letters[content.wording], content, forms.glyphs)
            except (KeyError, ValueError):
                # one letter that the layout stumbles over must not hold the others for ever
                log.warning("letter could not be laid out", letter_id=str(letter_id))
                refused[letter_id] = "layout-failed"
            else:
                sheets.append(_Sheet(content.wording, own))
        if refused:
            raise LettersRefusedError(refused)
        return _gathered(forms, sheets)


@dataclass(frozen=True)
class _Sheet:
    form: object
    """Key of ``Forms.all``."""
    own: bytes


def _gathered(forms: Forms, sheets: Sequence[_Sheet]) -> bytes:
    with pikepdf.open(io.BytesIO(forms.laid_out)) as pdf:
        any_page = pdf.pages[0].obj
        fonts, box, tree = any_page.Resources, any_page.MediaBox, pdf.Root.Pages
        resources = {key: _with_form(pdf, fonts, box, forms.compressed[key]) for key in {one.form for one in sheets}}
        kids = []
        for sheet in sheets:
            # the salt: nobody may find a password by trying which one gives the sheet's published SHA-256
            content = b"%%%s\n/F Do\n%s" % (secrets.token_hex(16).encode(), sheet.own)
            stream = pdf.make_stream(zlib.compress(content, 9), Filter=Name.FlateDecode)
            page = Dictionary(Type=Name.Page, Parent=tree, Resources=resources[sheet.form], Contents=stream)
            kids.append(pdf.make_indirect(page))
        tree.Kids, tree.Count, tree.MediaBox = Array(kids), len(kids), box
        # random, as the salt is
        pdf.trailer.ID = Array([secrets.token_bytes(16)] * 2)
        out = io.BytesIO()
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _with_form(pdf: pikepdf.Pdf, resources: pikepdf.Object, box: pikepdf.Object, compressed: bytes) -> pikepdf.Object:
    """Resources of a sheet: the fonts of all, and its form."""
    form = pdf.make_stream(
        compressed, Filter=Name.FlateDecode, Type=Name.XObject, Subtype=Name.Form, BBox=box, Resources=resources
    )
    own = Dictionary({key: value for key, value in resources.items() if key != "/XObject"})
    own[Name.XObject] = Dictionary(F=form)
    return pdf.make_indirect(own)
