"""One line of the register's export, checked. The columns are described in the README."""

from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from registration.names import LONGEST, is_name
from registration.postal_address import AddressRefusedError, address_lines, check_name_fits
from shared.contracts.events import Civility
from shared.contracts.person_number import Situation
from shared.imports.failures import RefusedValueError
from shared.imports.fields import FrenchDate
from shared.imports.row import ImportRow
from shared.web.person_number import RefusedNumberError, checked_number


def _name(value: str) -> str:
    if value and not is_name(value):
        raise RefusedValueError(
            "un nom ne comporte que des lettres, des espaces, des apostrophes et des traits d’union"
        )
    return " ".join(value.split())


def _past(value: date) -> date:
    if not date(1900, 1, 1) <= value < datetime.now(UTC).date():
        raise RefusedValueError("date dans le passé, après 1899, attendue")
    return value


def _canonical(situation: Situation) -> AfterValidator:
    def check(value: str) -> str:
        try:
            return checked_number(situation, value) if value else ""
        except RefusedNumberError as error:
            raise RefusedValueError(str(error)) from None

    return AfterValidator(check)


Name = Annotated[str, Field(max_length=LONGEST), AfterValidator(_name)]


class RegisterRow(ImportRow):
    """A person. ``member_number`` and ``nir`` hold the canonical number; they are only ever stored as fingerprints."""

    reference: str = Field(max_length=40, pattern=r"^[A-Za-z0-9._/-]+$")
    member_number: Annotated[str, _canonical(Situation.MEMBER)] = ""
    nir: Annotated[str, _canonical(Situation.INSURED)] = ""
    civility: Civility = ""
    family_name: Name
    birth_name: Name = ""
    given_name: Name
    birth_date: Annotated[FrenchDate, AfterValidator(_past)]
    address_line_1: str = ""
    address_line_2: str = ""
    address_line_3: str = ""
    address_line_4: str = ""
    postcode: str = Field(max_length=10, pattern=r"^[0-9A-Za-z -]+$")
    town: str
    country: str = Field(default="FR", pattern=r"^[A-Z]{2}$")
    country_name: str = ""

    @property
    def address(self) -> tuple[str, ...]:
        """The lines below the name.

        Raises:
            AddressRefusedError: not before the row was checked.
        """
        free = (self.address_line_1, self.address_line_2, self.address_line_3, self.address_line_4)
        return address_lines(free, self.postcode, self.town, self.country_name)

    @model_validator(mode="after")
    def _number_and_country(self) -> "RegisterRow":
        if not self.member_number and not self.nir:
            raise RefusedValueError("ni numéro d’adhérent ni numéro de sécurité sociale", column="member_number")
        french = self.country == "FR"
        if french and not (len(self.postcode) == 5 and self.postcode.isascii() and self.postcode.isdigit()):
            raise RefusedValueError("le code postal doit comporter 5 chiffres", column="postcode")
        if french == bool(self.country_name):
            raise RefusedValueError("à remplir pour une adresse à l’étranger, et seulement là", column="country_name")
        return self

    @model_validator(mode="after")
    def _printable_address(self) -> "RegisterRow":
        try:
            below = len(self.address)
        except AddressRefusedError as error:
            raise RefusedValueError(str(error), column=error.column) from None
        try:
            check_name_fits(self.civility, self.given_name, self.family_name, below)
        except AddressRefusedError as error:
            raise RefusedValueError(str(error), column=error.column) from None
        return self
