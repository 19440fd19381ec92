"""A form with files as it was sent, before anything of it is checked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from shared.files.checking import CheckedFile
from shared.files.refusals import Refusal


@dataclass
class SentFile:
    """One file: what the browser calls it, its length in bytes, and where to read it while the form is."""

    given_name: str
    size: int
    file: BinaryIO = field(repr=False)
    found: CheckedFile | Refusal | None = None
    """What its check came to; None before (see ``uploads.parse_upload``)."""


class SentForm(dict[str, str]):
    """The text fields, which ``guard`` and ``parse`` read, and beside them ``files``: field → what was chosen in it."""

    def __init__(self, texts: Mapping[str, str], files: Mapping[str, Sequence[SentFile]]) -> None:
        super().__init__(texts)
        self.files = files
