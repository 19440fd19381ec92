"""Why one of the staff has somebody's data shown. A list, no free text: the journal of a space names nobody else."""

from enum import StrEnum


class Why(StrEnum):
    """What the journal keeps."""

    CALL = "appel"
    LETTER = "courrier"
    CHECK = "verification"


WHY = {
    Why.CALL: "La personne appelle",
    Why.LETTER: "La personne a écrit",
    Why.CHECK: "Vérification d’un dossier",
}
"""As the desk chooses it, and as the person reads it in their journal."""
