"""A batch in French: its state, what is overdue or in doubt, why an act was refused, and each line of what happened to it.

Codes are open lists: one of a later version of ``letters`` is shown as it is.
"""

import re
from collections.abc import Mapping, Sequence

from shared.contracts.print_room import BatchLine, BatchNoteLine
from shared.web.french import date_fr, datetime_fr, nbsp

_STATES: Mapping[str, str] = {
    "offered": "Proposé à l’imprimerie",
    "taken": "Pris en charge par l’imprimerie",
    "printed": "Imprimé, pas encore remis à La Poste",
    "posted": "Remis à La Poste",
    "refused": "Refusé par l’imprimerie",
}
_DOUBTS: Mapping[str, tuple[str, str]] = {
    "taken-count": (
        "L’imprimerie compte dans le fichier d’autres lettres ou feuilles que nous",
        "Elle a pris le lot en charge quand même. Comparez les comptes avec elle avant la remise à La Poste.",
    ),
    "printed-count": (
        "Il est sorti de l’imprimante un autre nombre de feuilles que n’en compte le lot",
        "Faites recompter les feuilles\u00a0: aucune ne doit manquer ni être en double dans ce qui part à La Poste.",
    ),
    "posted-count": (
        "Lettres remises à La Poste et lettres gâchées ne font pas ensemble le nombre du lot",
        "Rien n’a été enregistré. Demandez à l’imprimerie de recompter, puis d’envoyer un compte rendu corrigé.",
    ),
    "unknown-spoiled": (
        "Une lettre déclarée gâchée n’est pas de ce lot",
        "Rien n’a été enregistré. Demandez à l’imprimerie de relire les repères des lettres gâchées.",
    ),
    "posted-otherwise": (
        "Le lot était déjà remis à La Poste, avec d’autres lettres gâchées",
        ("Le premier compte rendu reste valable. Demandez à l’imprimerie lequel est le bon\u00a0: une lettre gâchée qui serait "
        "partie n’ouvre plus rien, une lettre déclarée partie qui serait gâchée manque à son destinataire."),
    ),
    "posted-twice": (
        "Deux tirages du lot sont remis à La Poste",
        ("Chaque destinataire reçoit deux courriers avec le même mot de passe provisoire\u00a0: l’un ou l’autre fonctionne, "
        "une seule fois. Voyez avec l’imprimerie comment le premier tirage est parti."),
    ),
    "posted-after-refused": (
        "Remis à La Poste après avoir été refusé",
        ("Ses lettres ont été refaites dans d’autres lots\u00a0: ce qui est parti n’ouvre rien, et les destinataires reçoivent "
        "un second courrier, le bon. Prévenez les conseillers."),
    ),
    "refused-after-posted": (
        "Refusé après avoir été déclaré remis à La Poste",
        "Il reste remis à La Poste pour nous. Demandez à l’imprimerie s’il est parti.",
    ),
}  # fmt: skip
"""What does not add up, and what to do."""
_REFUSALS: Mapping[str, str] = {
    "posted": "Ce lot est déjà remis à La Poste, il ne se réimprime pas. Qui n’a rien reçu demande un nouveau courrier.",
    "refused": (
        "Ce lot est refusé, il ne se réimprime pas\u00a0: ses lettres sont reparties dans d’autres lots, ou sont parmi les "
        "courriers non imprimables."
    ),
    "file-gone": (
        "Le fichier de ce lot est effacé, il ne peut plus être imprimé. Les destinataires demandent un nouveau courrier."
    ),
    "earlier-version": (
        "Ce lot vient d’une version précédente du service et ne se réimprime pas d’ici. Attendez le compte rendu de "
        "l’imprimerie\u00a0: si elle le refuse, ses lettres repartent d’elles-mêmes dans un autre lot."
    ),
    "no-doubt": "Ce lot n’a plus de doute\u00a0: quelqu’un d’autre l’a levé, ou un nouveau compte rendu l’a résolu.",
}  # fmt: skip
"""Why an act on a batch was not done, and what to do."""
_STEPS: Mapping[str, str] = {
    "offered": "Lot proposé à l’imprimerie",
    "fetched": "Fichier téléchargé par l’imprimerie",
    "claimed": "Tirage confié à un poste de l’imprimerie",
    "taken": "Pris en charge par l’imprimerie",
    "printed": "Imprimé",
    "posted": "Remis à La Poste",
    "refused": "Refusé par l’imprimerie",
    "doubted": "Compte rendu qui ne concorde pas",
    "settled": "Doute levé",
}
_NOT_TAKEN = "not-taken"
_ON_PAPER = {
    "claimed": "confié à un poste",
    "taken": "pris en charge",
    "printed": "imprimé",
    "posted": "remis à La Poste",
}
"""Steps from which on a print may exist, the last one last."""
_COUNTED = {"taken-count": "taken", "printed-count": "printed"}
"""Doubts that are not about what was posted → the step that was counted."""


def state_of(batch: BatchLine) -> str:
    """« Proposé à l’imprimerie, fichier téléchargé »."""
    words = _STATES.get(batch.state, batch.state)
    return f"{words}, fichier téléchargé" if batch.state == "offered" and batch.fetched_at else words


def overdue_of(batch: BatchLine) -> str:
    """What should have happened by now; empty when nothing is late."""
    if batch.overdue == _NOT_TAKEN and batch.taken_by:
        return f"Pas pris en charge à temps\u00a0: attendu le {datetime_fr(batch.taken_by)}"
    if batch.overdue == "not-posted" and batch.post_on:
        return f"Pas remis à La Poste le jour prévu, le {nbsp(date_fr(batch.post_on))}"
    return f"En retard ({batch.overdue})" if batch.overdue else ""


def doubt_of(code: str) -> str:
    """What does not add up."""
    return _DOUBTS[code][0] if code in _DOUBTS else f"Comptes qui ne concordent pas ({code})"


def after_doubt(code: str) -> str:
    """What to do about it."""
    return _DOUBTS[code][1] if code in _DOUBTS else "Comparez les comptes avec l’imprimerie."


def refusal_of(code: str) -> str:
    """Why an act on a batch was not done, and what to do; a code of a later version is not repeated."""
    return _REFUSALS.get(code, "L’action n’a pas été faite. Regardez où en est le lot, et voyez avec l’exploitation.")


def note_of(note: BatchNoteLine) -> str:
    """A line of what happened, without counts and quotations: « Lot proposé à l’imprimerie, tirage 2 »."""
    words = _STEPS.get(note.step, note.step)
    if note.step == "offered" and note.why == _NOT_TAKEN:
        words += " de nouveau, faute de prise en charge à temps"
    elif note.step == "offered" and note.who:
        words += f" de nouveau par {author_of(note)}"
    elif note.step == "settled":
        words += f" par {author_of(note)}"
    elif note.step == "doubted":
        words += f"\u00a0: {doubt_of(note.why)}"
    return words + (f", tirage\u00a0{note.run}" if note.run > 1 or note.step == "offered" else "")


def quoted(note: BatchNoteLine) -> str:
    """What the print shop, or somebody of the staff, wrote; empty for a code of ours."""
    ours = note.step == "doubted" or (note.step == "offered" and not note.who)
    return "" if ours else note.why


def author_of(note: BatchNoteLine) -> str:
    """The name, without the id that follows it for those who must tell two of one name apart."""
    return re.sub(r" \([0-9a-f-]{36}\)$", "", note.who)


def counted(note: BatchNoteLine) -> str:
    """Which count of the print shop's a line holds: ``taken``, ``printed``, ``posted``; empty for a line without one."""
    if note.step == "doubted":
        return "" if note.why == "refused-after-posted" else _COUNTED.get(note.why, "posted")
    return note.step if note.step in {"taken", "printed", "posted"} else ""


def on_paper(notes: Sequence[BatchNoteLine]) -> str:
    """How far any run has come at the print shop, so that a second print would be a double; empty: nobody fetched it."""
    steps = {note.step for note in notes}
    return next((_ON_PAPER[step] for step in reversed(_ON_PAPER) if step in steps), "")


def count_of(note: BatchNoteLine, batch: BatchLine) -> str:
    """A count's name in the table: « L’imprimerie, remis à La Poste ». Runs are told apart once there are several."""
    words = _ON_PAPER.get(counted(note), note.step)
    return f"L’imprimerie, {words}" + (f", tirage\u00a0{note.run}" if batch.run > 1 else "")
