"""How long the post takes from the day on which it was handed a letter, in working days (Monday to Friday, no holiday).

Metropolitan France: a « lettre verte » is to arrive on the third day in 95 of 100 cases (arrêté du 7 septembre 2023, objectifs
de qualité de La Poste); consumers measured 3.4 days on average (UFC-Que Choisir, Vendée, 2021). Within the Union: 85 of
100 in three days, 97 in five (directive 97/67/CE, annexe II). For overseas and for the rest of the world no figure of La
Poste's was found: these are long on purpose, since who is told too early to worry asks for a second letter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from shared.contracts.postal_zone import PostalZone
from shared.contracts.working_days import WorkingDays

_POST = WorkingDays.parse("mon-fri")


@dataclass(frozen=True)
class Delay:
    """From ``fewest`` to ``most`` working days; « 2 à 4 jours ouvrés » as a text."""

    fewest: int
    most: int

    def __str__(self) -> str:
        return f"{self.fewest} à {self.most}\u00a0jours ouvrés"

    def expected(self, posted: date) -> tuple[date, date]:
        """The first and the last day on which a letter posted on that day (in Paris) usually arrives."""
        return _POST.after(posted, self.fewest), _POST.after(posted, self.most)


DELAYS: Mapping[PostalZone, Delay] = {
    PostalZone.METROPOLITAN: Delay(2, 4),
    PostalZone.OVERSEAS: Delay(5, 10),
    PostalZone.ABROAD: Delay(5, 15),
}
