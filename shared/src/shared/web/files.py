"""A field of files: how many, how large, of which kinds, each rule with its French message."""

from dataclasses import dataclass
from typing import Any, ClassVar

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from shared.files.checking import CheckedFile
from shared.files.kinds import KINDS, Kind
from shared.files.limits import FILE_COUNT, FILE_LIMIT
from shared.files.names import shown_name
from shared.files.refusals import Refusal
from shared.web.rules import FieldError
from shared.web.sent import SentFile

_NOT_CHECKED = "Choisissez à nouveau vos fichiers, puis recommencez l’envoi"


@dataclass(frozen=True)
class Files:
    """Marks a ``tuple[CheckedFile, ...]`` field that takes files. Without ``missing`` it may stay empty.

    What a file really is, ``uploads.parse_upload`` finds out; unchecked, none is ever the field's value.
    """

    limit: ClassVar[int] = FILE_LIMIT
    missing: str = ""
    most: int = FILE_COUNT
    kinds: tuple[Kind, ...] = KINDS

    def check(self, value: Any) -> tuple[CheckedFile, ...]:
        """The files, checked.

        Raises:
            FieldError: none, too many, or what is wrong with each that is refused.
        """
        sent: list[SentFile] = list(value or [])
        if not sent and self.missing:
            raise FieldError(self.missing)
        if len(sent) > self.most:
            raise FieldError(self._too_many(len(sent)))
        problems = [problem for file in sent if (problem := self._problem(file))]
        if problems:
            raise FieldError(". ".join(problems))
        return tuple(file.found for file in sent if isinstance(file.found, CheckedFile))

    def worth_checking(self, sent: list[SentFile]) -> list[SentFile]:
        """Those whose content decides: none as long as there are too many."""
        return [] if len(sent) > self.most else [file for file in sent if 0 < file.size <= FILE_LIMIT]

    def accept(self) -> str:
        """For the control: browsers then show these kinds only, and phones offer the camera."""
        return ",".join(kind.media_type for kind in self.kinds)

    def in_words(self) -> str:
        """Kinds, number and sizes, for the hint."""
        *others, last = (kind.shown for kind in self.kinds)
        kinds = f"{', '.join(others)} ou {last}" if others else last
        each = f"{self.most} fichiers au plus, de 5\u00a0Mo chacun" if self.most > 1 else "5\u00a0Mo au plus"
        return f"{kinds}. {each}"

    def _problem(self, file: SentFile) -> str:
        name, found = shown_name(file.given_name), file.found
        if file.size == 0:
            return Refusal.EMPTY.message(name)
        if file.size > FILE_LIMIT:
            return Refusal.TOO_LARGE.message(name)
        if isinstance(found, Refusal):
            return found.message(name)
        if found is None:
            return _NOT_CHECKED
        return "" if found.kind in self.kinds else Refusal.KIND_NOT_ASKED.message(name)

    def _too_many(self, chosen: int) -> str:
        allowed = f"{self.most} au plus" if self.most > 1 else "un seul"
        return f"Vous avez choisi {chosen} fichiers\u00a0: choisissez-en {allowed}"

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.check)
