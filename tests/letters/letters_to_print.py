"""Letters as the press gets them."""

from datetime import UTC, date, datetime

from letters.sheets.letter_content import LetterContent, Sender, Wording
from letters.sheets.letter_page import LetterPage
from letters.sheets.press import Press
from letters.sheets.separator import Separator
from shared.contracts.letter_mark import generate_mark
from shared.contracts.provisional_password import generate

SENDER = Sender(
    "MCV PAP", ("Centre de sécurité sociale 602", "1 rue de l’Exemple", "75000 Paris"), "Paris", "01 99 00 00 00"
)
LONGEST = ("W" * 38, "M" * 38, "Œ" * 38, "W" * 38, "M" * 38, "97400 " + "W" * 32)
SHORT = ("Mme Éléonore Garnier", "12 RUE DE L EGLISE", "63000 CLERMONT FERRAND")


def content(address=SHORT, reference="20261123-K7Q2M9/500", **changes):
    wording = {"civility": "Mme", "day": date(2026, 11, 23), "valid_until": date(2026, 12, 14)} | changes
    return LetterContent(Wording(**wording), address, generate(), reference, generate_mark())


def separator(letters):
    first, last = letters[0].reference, letters[-1].reference
    at = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
    return Separator("20261123-K7Q2M9", len(letters), first, last, at, date(2026, 11, 23))


def pdf_of(*letters, public_url="https://espace.exemple.fr", sender=SENDER):
    press = Press(LetterPage(sender, public_url))
    return press.print_file(list(enumerate(letters)), separator(letters))
