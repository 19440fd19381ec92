"""The journal in words: what was done, and by whom."""

from collections.abc import Mapping
from uuid import UUID

from member_space.access.actions import Action
from member_space.desk.actions import DeskAction
from member_space.desk.why import WHY
from member_space.journal.models import JournalEntry
from shared.web.french import NBSP

WORDS = {action.key: action.rule.words for action in Action} | {action.key: action.value for action in DeskAction}
"""What an entry's ``action`` means, after a name."""
_UNKNOWN = "a agi dans l’espace"
"""Of an act that this version of the service does not know: another version wrote the line."""
_REASONS = {reason.value: words for reason, words in WHY.items()}
STAFF, SOMEBODY, ONESELF = "Un conseiller", "Une autre personne", "Vous"


def what(entry: JournalEntry) -> str:
    """« a consulté les remboursements »; who acts in their own space « avez consulté ».

    Of data that the staff had shown, why: « a affiché les données personnelles, motif : « La personne appelle » ».
    """
    words = WORDS.get(entry.action, _UNKNOWN)
    if entry.action == DeskAction.SHOW_PERSON.key and entry.object_id in _REASONS:
        words += f", motif{NBSP}: «{NBSP}{_REASONS[entry.object_id]}{NBSP}»"
    if entry.actor_id != entry.subject_id:
        return words
    return "avez " + words.removeprefix("a ") if words.startswith("a ") else words


def who(entry: JournalEntry, names: Mapping[UUID | None, str]) -> str:
    """« Vous », « Un conseiller », or the delegate of a mandate (``names``: mandate → name)."""
    if entry.staff:
        return STAFF
    if entry.actor_id == entry.subject_id:
        return ONESELF
    return names.get(entry.mandate_id, SOMEBODY)
