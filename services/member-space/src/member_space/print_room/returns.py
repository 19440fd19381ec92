"""A list of returned envelopes, read from the form and its file; and the line that each leaves in a journal."""

from collections.abc import Container, Sequence
from uuid import UUID

from sqlmodel import col, select

from member_space.desk.actions import DeskAction, note
from member_space.desk.staff_visit import StaffVisit
from member_space.journal.models import JournalEntry
from member_space.print_room.forms import ReturnsForm
from member_space.print_room.marks import LARGEST_FILE, UnreadableFileError, marks_in, text_of
from shared.contracts.print_room import MOST_AT_ONCE, ReturnedMark
from shared.web.forms import Parsed, parse
from shared.web.sent import SentForm

NOTHING = "Scannez ou saisissez au moins un repère, ou choisissez un fichier"
_CAME_BACK = ("recorded", "known")


def read_returns(sent: SentForm) -> Parsed[ReturnsForm]:
    """The form, with the marks of its file below those that were typed: shown again, none has to be read twice."""
    typed, problem, listed = sent.get("marks", ""), "", list[str]()
    for file in sent.files.get("marks_file", []):
        try:
            listed += marks_in(text_of(file.file.read(LARGEST_FILE + 1)))
        except UnreadableFileError as error:
            problem = str(error)
    number = len(marks_in(typed)) + len(listed)
    both = "\n".join(filter(None, [typed.rstrip(), *listed])) if number <= MOST_AT_ONCE else typed
    form = parse(ReturnsForm, {**sent, "marks": both})
    if problem:
        return form.refuse("marks_file", problem)
    if number > MOST_AT_ONCE:
        told = f"Cette liste compte {number} repères\u00a0: envoyez-en {MOST_AT_ONCE} au plus à la fois"
        return form.refuse("marks_file" if listed else "marks", told)
    return form if number else form.refuse("marks", NOTHING)


async def note_returns(visit: StaffVisit, told: Sequence[ReturnedMark], known: Container[UUID]) -> None:
    """A line in the journal of each person whose letter came back: what is sent to them has lost its effect.

    One a letter, by whoever scanned it first. A line that a failure swallowed is written when the list is sent again.
    ``known``: persons of whom this service knows; of others, whose data is erased, nothing is begun anew.
    """
    letters = {
        str(one.letter_id): one.person_id
        for one in told
        if one.outcome in _CAME_BACK and one.letter_id and one.person_id and one.person_id in known
    }
    if not letters:
        return
    written = select(JournalEntry.object_id).where(
        col(JournalEntry.subject_id).in_(set(letters.values())),
        col(JournalEntry.action) == DeskAction.RETURN_LETTER.key,
        col(JournalEntry.object_id).in_(letters),
    )
    there = set(await visit.work.session.scalars(written))
    for letter_id, person_id in letters.items():
        if letter_id not in there:
            note(visit, DeskAction.RETURN_LETTER, person_id, letter_id)
