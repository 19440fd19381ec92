"""Where a letter goes, as far as its delay is concerned (design §5)."""

from enum import StrEnum


class PostalZone(StrEnum):
    """The zones that have their own validity of the provisional password."""

    METROPOLITAN = "metropolitan"
    OVERSEAS = "overseas"
    ABROAD = "abroad"


def postal_zone(postcode: str, country: str = "FR") -> PostalZone:
    """Zone of a French postcode (5 digits) or of a country (ISO 3166 alpha-2).

    Postcodes 97xxx and 98xxx are overseas, but for Monaco's, 980xx, which La Poste serves and charges as it does
    metropolitan France. 00xxx are the armies', whose mail leaves France: it takes as long as overseas.
    """
    if country.upper() != "FR":
        return PostalZone.ABROAD
    if postcode.startswith("980"):
        return PostalZone.METROPOLITAN
    return PostalZone.OVERSEAS if postcode[:2] in {"00", "97", "98"} else PostalZone.METROPOLITAN
