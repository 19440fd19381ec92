"""What is filled in on the pages of the print room."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from shared.contracts.print_room import LONGEST_REASON
from shared.messaging.dead_letters.journal import is_one_line
from shared.web.forms import DateParts, Form, Matches, MaxLength, Multiline, Otherwise, Required

LONGEST_NAME = 60
LONGEST_LIST = 48_000
"""Signs of a list of marks: far more than the most that are recorded at once."""
_TICK = re.compile(r"letter_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
_REASON = (
    Required("Saisissez un motif"),
    MaxLength(LONGEST_REASON, f"Le motif doit comporter {LONGEST_REASON} caractères ou moins"),
    Matches(is_one_line, "Le motif doit tenir sur une ligne"),
)


class ReprintForm(Form):
    """A batch is printed again."""

    reprint_reason: Annotated[str, *_REASON]


class SettleForm(Form):
    """A doubt about a batch is settled."""

    settle_reason: Annotated[str, *_REASON]


class ReleaseForm(Form):
    """Parked letters that are to be tried again; ``with_ticks`` fills it from the boxes of the page."""

    letter_ids: Annotated[str, Required("Cochez au moins un courrier"), MaxLength(4_000)]


class ReturnsForm(Form):
    """Envelopes that came back. ``marks_file`` has the text of the file that was chosen, never shown again."""

    reason: Annotated[
        Literal["unknown-at-address", "incomplete-address", "refused", "unclaimed", "other"],
        Otherwise("Choisissez le motif que le facteur a coché"),
    ]
    marks: Annotated[
        str, Multiline(), MaxLength(LONGEST_LIST, "Cette liste est trop longue\u00a0: un repère par ligne")
    ]
    marks_file: Annotated[str, MaxLength(0, "Choisissez le fichier avec le bouton")]
    never_reshown: ClassVar[frozenset[str]] = frozenset({"marks_file"})


class FindLetterForm(Form):
    """A mark or a reference."""

    named: Annotated[
        str,
        Required("Saisissez un repère ou une référence"),
        MaxLength(LONGEST_NAME, f"La recherche doit comporter {LONGEST_NAME} caractères ou moins"),
    ]


class CanaryForm(Form):
    """A test letter has arrived."""

    canary_id: Annotated[UUID, Otherwise("Choisissez la lettre témoin reçue")]
    received: Annotated[date, DateParts("La date de réception", "Saisissez la date de réception")]


def with_ticks(data: Mapping[str, str]) -> dict[str, str]:
    """A sent form, with the ids of the letters whose boxes are ticked as ``letter_ids``."""
    ticked = [found[1] for name in data if (found := _TICK.fullmatch(name))]
    return {**data, "letter_ids": " ".join(ticked)}


def letter_ids(form: ReleaseForm) -> list[UUID]:
    """Those of the form. ``with_ticks`` has let nothing else in."""
    return [UUID(one) for one in form.letter_ids.split()]
