"""What stands in a letter: who writes, and what differs from letter to letter."""

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
class LetterContent:
    """What differs from letter to letter."""

    civility: str
    address: tuple[str, ...]
    symbols: str
    """The provisional password, 12 symbols: here and on paper only."""
    day: date
    valid_until: date
    reference: str
    purpose: str = "activation"
    """``LetterPurpose``."""

    @property
    def password(self) -> str:
        """As it is printed: groups joined by hyphens at which no line may break."""
        return grouped(self.symbols)

    def __repr__(self) -> str:
        return f"LetterContent({self.reference})"
