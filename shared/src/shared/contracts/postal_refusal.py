"""Why an address can't be printed: finer than what events tell, and in words for the desk that mends it."""

from collections.abc import Mapping
from enum import StrEnum

from shared.contracts.events.letters import ParkReason


class AddressReason(StrEnum):
    """What is wrong with a name or an address."""

    NO_NAME = "no-name"
    NAME_TOO_LONG = "name-too-long"
    NAME_NEEDS_TWO_LINES = "name-needs-two-lines"
    NO_ADDRESS = "no-address"
    TOO_MANY_LINES = "too-many-lines"
    LINE_TOO_LONG = "line-too-long"
    TOWN_TOO_LONG = "town-too-long"
    NOT_PRINTABLE = "character-not-printable"
    NO_TOWN_LINE = "town-line-missing"
    LINE_BELOW_TOWN = "line-below-town"
    POSTCODE_UNKNOWN = "postcode-unknown"
    NO_COUNTRY = "country-missing"


PARKED: Mapping[AddressReason, ParkReason] = {
    AddressReason.NO_NAME: "no-name",
    AddressReason.NAME_TOO_LONG: "name-too-long",
    AddressReason.NAME_NEEDS_TWO_LINES: "name-too-long",
    AddressReason.NO_ADDRESS: "no-address",
    AddressReason.TOO_MANY_LINES: "too-many-lines",
    AddressReason.LINE_TOO_LONG: "line-too-long",
    AddressReason.TOWN_TOO_LONG: "line-too-long",
    AddressReason.NOT_PRINTABLE: "character-not-printable",
    AddressReason.NO_TOWN_LINE: "postcode-line-wrong",
    AddressReason.LINE_BELOW_TOWN: "postcode-line-wrong",
    AddressReason.POSTCODE_UNKNOWN: "postcode-line-wrong",
    AddressReason.NO_COUNTRY: "postcode-line-wrong",
}
"""What ``LetterParked`` tells: its reasons are of version 1 of the contract, and stay."""

_WORDS: Mapping[AddressReason, str] = {
    AddressReason.NO_NAME: "le nom de famille manque\u00a0: ajoutez-le",
    AddressReason.NAME_TOO_LONG: (
        "le nom dépasse 38 caractères, même réparti sur deux lignes (prénom, puis nom)\u00a0: raccourcissez-le avec la personne"
    ),
    AddressReason.NAME_NEEDS_TWO_LINES: (
        "le nom dépasse 38 caractères et l’adresse ne lui laisse qu’une ligne\u00a0: réunissez deux lignes de l’adresse, "
        "bâtiment et appartement par exemple"
    ),
    AddressReason.NO_ADDRESS: "l’adresse manque\u00a0: demandez-la à la personne",
    AddressReason.TOO_MANY_LINES: "l’adresse dépasse 6 lignes avec le nom\u00a0: réunissez ou retirez des compléments",
    AddressReason.LINE_TOO_LONG: (
        "{line} dépasse 38 caractères, même abrégée\u00a0: raccourcissez-la ou répartissez-la sur deux lignes"
    ),
    AddressReason.TOWN_TOO_LONG: (
        "{line}, code postal et commune, dépasse 38 caractères\u00a0: écrivez la commune sous le nom court que lui donne "
        "La Poste (libellé d’acheminement)"
    ),
    AddressReason.NOT_PRINTABLE: (
        "{line} contient un signe qui ne s’imprime pas\u00a0: écrivez-la avec les lettres de A à Z et des chiffres"
    ),
    AddressReason.NO_TOWN_LINE: (
        "{line} n’est pas faite d’un code postal de 5\u00a0chiffres suivi de la commune\u00a0: corrigez-la, "
        "«\u00a075008\u00a0PARIS\u00a0» par exemple"
    ),
    AddressReason.LINE_BELOW_TOWN: (
        "{line} vient après le code postal et la commune\u00a0: retirez-la, ou indiquez que l’adresse est à l’étranger"
    ),
    AddressReason.POSTCODE_UNKNOWN: (
        "{line} porte un code postal qui n’est celui d’aucune commune, ni des armées (00200\u00a0HUB\u00a0ARMEES)\u00a0: "
        "vérifiez-le avec la personne"
    ),
    AddressReason.NO_COUNTRY: (
        "{line} n’est pas un pays, l’adresse étant à l’étranger\u00a0: ajoutez-y, seul, le nom du pays en français"
    ),
}  # fmt: skip


class AddressRefusedError(ValueError):
    """The address can't be printed as the post wants it. Nothing here quotes it.

    ``line``: which line of the window, 1 to 6 from the top; None when it is not one line.
    """

    def __init__(self, reason: AddressReason, line: int | None = None) -> None:
        self.reason, self.line = reason, line
        super().__init__(self.detail)

    @property
    def code(self) -> ParkReason:
        """What events tell of it."""
        return PARKED[self.reason]

    @property
    def detail(self) -> str:
        """Reason and line: ``line-too-long:4``, ``too-many-lines``."""
        return self.reason if self.line is None else f"{self.reason}:{self.line}"


def in_words(reason: AddressReason, line: str = "une ligne") -> str:
    """What is wrong and what to do about it, for colleagues. ``line``: how to name the line, « la ligne 2 » or the like."""
    words = _WORDS[reason].format(line=line)
    return f"{words[0].upper()}{words[1:]}"


def detail_in_words(detail: str) -> str:
    """The same of an ``AddressRefusedError.detail`` that was kept.

    Raises:
        ValueError: it is none.
    """
    reason, _, line = detail.partition(":")
    return in_words(AddressReason(reason), f"la ligne {int(line)} de l’enveloppe" if line else "une ligne")
