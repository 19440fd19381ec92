"""Why a letter can't be printed, in French, and what to do: the letter keeps the address that it was asked for with."""

from collections.abc import Mapping

from member_space.timeline.codes import LETTER_PROBLEMS
from shared.contracts.postal_refusal import detail_in_words

_FAULTS: Mapping[str, str] = {
    "outside-window": "l’adresse déborde de la fenêtre de l’enveloppe",
    "other-words-in-window": "autre chose que l’adresse paraît dans la fenêtre de l’enveloppe",
    "outside-printable-area": "une partie de la lettre tombe hors de la zone imprimable",
    "address-unreadable": "l’adresse ne se relit pas dans la fenêtre de l’enveloppe",
    "mark-unreadable": "le repère ne se relit pas",
    "password-unreadable": "le mot de passe provisoire ne se relit pas",
    "reference-unreadable": "la référence ne se relit pas",
}
"""What the last look at the laid-out sheet found (``letters.sheets.quality.Fault``)."""
_OURS: Mapping[str, str] = {
    "layout-failed": "Prévenez l’exploitation. Une fois la mise en page corrigée, remettez le courrier en attente.",
    "refused-by-print-shop": (
        "Voyez avec l’exploitation pourquoi l’imprimerie l’a refusé. Une fois la cause levée, remettez le courrier en attente."
    ),
}
_ADDRESS = (
    "Faites corriger le nom ou l’adresse dans les fichiers de la mutuelle, puis la personne demande un nouveau courrier. "
    "Celui qui est ici garde le nom et l’adresse de sa demande."
)


def wrong_with(reason: str, detail: str) -> str:
    """What is wrong, and how the address is to be written where that is it. Unknown codes are shown as they are.

    ``reason`` is a ``ParkReason``; ``detail`` a code of ``AddressReason`` or of the last look, with the line after ``:``.
    """
    if detail in _FAULTS:
        return _sentence(f"à la relecture, {_FAULTS[detail]}")
    try:
        return f"{detail_in_words(detail)}."
    except ValueError:
        return _sentence(LETTER_PROBLEMS.get(reason, f"motif inconnu de cette version ({reason})"))


def to_do(reason: str) -> str:
    """What to do about it."""
    return _OURS.get(reason, _ADDRESS if reason in LETTER_PROBLEMS else "Prévenez l’exploitation.")


def _sentence(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}."
