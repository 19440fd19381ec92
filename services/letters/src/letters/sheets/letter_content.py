"""What stands in a letter: who writes, what many letters have in common, and what is one person's alone."""

from dataclasses import dataclass
from datetime import date

from shared.contracts.provisional_password import grouped


@dataclass(frozen=True)
class Sender:
    """Who writes. ``lines`` stand below the name; an empty ``phone`` is not printed."""

    name: str
    lines: tuple[str, ...]
    place: str
    phone: str = ""


@dataclass(frozen=True)
class Wording:
    """What letters of a batch have in common with many others: letters of one wording differ in their slots alone."""

    civility: str
    day: date
    valid_until: date
    purpose: str = "activation"
    """``LetterPurpose``."""


@dataclass(frozen=True)
class LetterContent:
    """One letter. All but its wording is printed in the monospaced font, at places that no other text moves."""

    wording: Wording
    address: tuple[str, ...]
    """2 to 6 lines (``address_block``)."""
    symbols: str
    """The provisional password, 12 symbols: here and on paper only."""
    reference: str
    """Serial of the batch and place in it."""
    mark: str
    """``letter_mark``."""

    @property
    def password(self) -> str:
        """As it is printed: groups joined by hyphens at which no line may break."""
        return grouped(self.symbols)

    def __repr__(self) -> str:
        return f"LetterContent({self.reference})"
