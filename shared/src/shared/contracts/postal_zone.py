"""Where a letter goes, as far as its delay is concerned (design §5)."""

from enum import StrEnum


class PostalZone(StrEnum):
    """The zones that have their own validity of the provisional password."""

    METROPOLITAN = "metropolitan"
    OVERSEAS = "overseas"
    ABROAD = "abroad"


def postal_zone(postcode: str, country: str = "FR") -> PostalZone:
    """Zone of a French postcode (5 digits) or of a country (ISO 3166 alpha-2).

    Postcodes 97xxx and 98xxx are overseas (La Poste).
    """
    if country.upper() != "FR":
        return PostalZone.ABROAD
    return PostalZone.OVERSEAS if postcode[:2] in {"97", "98"} else PostalZone.METROPOLITAN
