"""What this service keeps how long (design §5, *retention*)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, exists, select
from sqlmodel import col

from letters.erasing import ERASED, is_personal
from letters.models import BatchState, Letter, LetterState, PrintBatchRow, SealedFile
from letters.provisional_validity import LONGEST
from letters.settings import Settings
from shared.database.retention import Rule


def rules(settings: Settings) -> tuple[Rule, ...]:
    """The terms of these settings. A stub goes before its batch, which its row names."""
    posted = col(Letter.state) == LetterState.POSTED
    return (
        Rule(
            "print-files", "sealed files of batches, once they are printed and posted", SealedFile,
            _of_batch(col(PrintBatchRow.ended_at)),
            timedelta(days=settings.print_file_keep_days), (_of_batch(col(PrintBatchRow.state)) == BatchState.POSTED,),
        ),
        Rule(
            "posted-letters", "name, addresses, birth date and fingerprints of a posted letter, after its validity",
            Letter, col(Letter.posted_at), LONGEST + timedelta(days=settings.posted_letters_kept_days),
            (posted, is_personal()), erased=ERASED,
        ),
        Rule(
            "parked-letters", "letters that could not be printed, and that nobody released in time", Letter,
            col(Letter.waiting_since), timedelta(days=settings.parked_letters_kept_days),
            (col(Letter.state) == LetterState.PARKED,),
        ),
        Rule(
            "letter-stubs", "ids, states and times of posted letters", Letter, col(Letter.posted_at),
            timedelta(days=settings.letter_stubs_kept_days), (posted,),
        ),
        Rule(
            "print-batches", "batches without a letter or a file", PrintBatchRow, col(PrintBatchRow.ended_at),
            timedelta(days=settings.letter_stubs_kept_days), (~_has(Letter), ~_has(SealedFile)),
        ),
    )  # fmt: skip


WITHOUT_RULE: Mapping[str, str] = {
    "batch_note": "goes with its batch",
    "canary_receipt": "goes with its letter",
    "remade_sheet": "goes with its letter",
}
"""Tables with personal data that no rule is for → why. A letter that waits or is batched is still owed."""


def _of_batch(what: SQLColumnExpression[Any]) -> SQLColumnExpression[Any]:
    return select(what).where(col(PrintBatchRow.id) == col(SealedFile.batch_id)).scalar_subquery()


def _has(table: type[Letter | SealedFile]) -> ColumnElement[bool]:
    return exists().where(col(table.batch_id) == col(PrintBatchRow.id))
