"""« Signaler un changement d’adresse »: what is asked (ui.md §4.10), and what each answer must be (NF Z10-011)."""

from datetime import date
from typing import Annotated, Self

from pydantic import model_validator

from member_space.address.towns import is_cedex, same_town, towns_of
from shared.files.checking import CheckedFile
from shared.web.forms import DateParts, FieldError, Files, Form, Matches, MaxLength, Required, Rule
from shared.web.postcode import PostcodeRule

LONGEST_LINE = 38
"""Characters of an address line, spaces included (NF Z10-011)."""
_TOO_LONG = f"Une ligne d’adresse doit comporter {LONGEST_LINE} caractères ou moins, espaces compris"
LONGEST_TOWN = LONGEST_LINE - len("33000 ")


class Printable(Rule):
    """Nothing that a letter can't carry."""

    def check(self, value: str) -> str:
        """The line as typed."""
        if any(sign in value for sign in "|<>{}[]\\^~"):
            raise FieldError("Écrivez l’adresse sans signe particulier, comme sur une enveloppe")
        return value


AddressLine = Annotated[str, MaxLength(LONGEST_LINE, _TOO_LONG), Printable()]


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
        Matches(
            lambda town: not any(sign.isdigit() for sign in town) or is_cedex(town),
            "Saisissez la commune seule, sans chiffre",
        ),
        Printable(),
    ]
    since: Annotated[
        date | None, DateParts("La date du changement", missing="Indiquez depuis quand, ou à partir de quand")
    ]
    proofs: Annotated[tuple[CheckedFile, ...], Files()]

    @model_validator(mode="after")
    def _town_has_postcode(self) -> Self:
        if is_cedex(self.town):
            return self
        known = towns_of(self.postcode)
        if not known:
            raise FieldError("Aucune commune n’a ce code postal. Vérifiez-le", field="postcode")
        if not any(same_town(self.town, name) for name in known):
            few = ", ".join(known[:6]) + ("…" if len(known) > 6 else "")
            message = f"Cette commune n’a pas ce code postal. Avec {self.postcode}, nous connaissons\u00a0: {few}"
            raise FieldError(message, field="town")
        return self


def lines_of(form: AddressForm) -> tuple[str, ...]:
    """The lines below the name, as ``AddressChanged`` carries them."""
    free = (form.complement, form.street, form.place)
    return (*(" ".join(line.split()) for line in free if line), f"{form.postcode} {form.town.upper()}")
