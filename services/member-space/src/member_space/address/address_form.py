"""« Signaler un changement d’adresse »: what is asked (ui.md §4.10), and what each answer must be (NF Z10-011)."""

from datetime import date
from typing import Annotated, Self

from pydantic import model_validator

from member_space.address.towns import in_france, is_cedex, on_envelope, towns_of
from shared.contracts.postal_line import LONGEST_LINE, fits, in_capitals, prints_in_capitals, tidied
from shared.contracts.postal_refusal import AddressRefusedError
from shared.contracts.postal_town import cedex, is_army, is_monaco, town_line
from shared.contracts.postal_window import MOST_LINES
from shared.files.checking import CheckedFile
from shared.web.forms import DateParts, FieldError, Files, Form, MaxLength, Required, Rule
from shared.web.postcode import PostcodeRule

_TOO_LONG = f"Une ligne d’adresse doit comporter {LONGEST_LINE} caractères ou moins, espaces compris"
LONGEST_TOWN = 60
"""Characters as typed: what the envelope has no room for is printed under La Poste's own name."""


class Printable(Rule):
    """What a letter can carry on one line."""

    def check(self, value: str) -> str:
        """The line as typed."""
        strange = not prints_in_capitals(value) or any(sign in value for sign in "|<>{}[]\\^~")
        if strange or (value and not in_capitals(value)):
            raise FieldError("Écrivez l’adresse sans signe particulier, comme sur une enveloppe")
        return value


class FitsOneLine(Rule):
    """Not longer than what an envelope has room for, letters like œ spelt out and words abbreviated as the post does."""

    bounds_length = True

    def check(self, value: str) -> str:
        """The line as typed."""
        if not fits(value):
            raise FieldError(_TOO_LONG)
        return value


AddressLine = Annotated[str, FitsOneLine(), Printable()]


class AddressForm(Form):
    """Names are those of the page's controls."""

    complement: AddressLine
    street: Annotated[AddressLine, Required("Saisissez le numéro et la voie")]
    place: AddressLine
    postcode: Annotated[str, Required("Saisissez votre code postal"), PostcodeRule()]
    town: Annotated[
        str,
        Required("Saisissez votre commune"),
        MaxLength(LONGEST_TOWN, f"La commune doit comporter {LONGEST_TOWN} caractères ou moins"),
        Printable(),
    ]
    since: Annotated[
        date | None,
        DateParts("La date du changement", missing="Indiquez depuis quand, ou à partir de quand", years_ahead=1),
    ]
    proofs: Annotated[tuple[CheckedFile, ...], Files()]

    @model_validator(mode="after")
    def _town_has_postcode(self) -> Self:
        if _has_no_commune(self.postcode, self.town):
            if not _has_room(f"{self.postcode} {self.town}"):
                raise FieldError(_TOO_LONG, field="town")
            return self
        known = towns_of(self.postcode)
        if not known:
            raise FieldError("Aucune commune n’a ce code postal. Vérifiez-le", field="postcode")
        if not on_envelope(self.postcode, self.town):
            if any(sign.isdigit() for sign in self.town):
                raise FieldError("Saisissez la commune seule, sans chiffre", field="town")
            few = ", ".join(known[:6]) + ("…" if len(known) > 6 else "")
            message = f"Cette commune n’a pas ce code postal. Avec {self.postcode}, nous connaissons\u00a0: {few}"
            raise FieldError(message, field="town")
        return self


def lines_of(form: AddressForm) -> tuple[str, ...]:
    """The lines below the name, as ``AddressChanged`` carries them: the town as the list of communes names it."""
    free = (form.complement, form.street, form.place)
    town = on_envelope(form.postcode, form.town) or cedex(form.town) or in_capitals(form.town)
    return (*(tidied(line) for line in free if line), f"{form.postcode} {town}")


def _has_no_commune(postcode: str, town: str) -> bool:
    """Whether the post has such a place that is none of the list: an organisation's, the armies', Monaco."""
    return (is_cedex(town) and in_france(postcode)) or is_army(postcode, town) or is_monaco(postcode, town)


def _has_room(last: str) -> bool:
    try:
        return bool(town_line(last, MOST_LINES))
    except AddressRefusedError:
        return False
