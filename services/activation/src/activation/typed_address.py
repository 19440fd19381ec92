"""What was typed where an address belongs."""

from shared.web.forms import EmailRule, FieldError, address_key


def typed_key(typed: str) -> str:
    """The key of the address that is meant: a domain may be typed in its ASCII spelling (``xn--…``), and is one with the
    other. Of what is no address, the text's own."""
    key = address_key(typed)
    try:
        return address_key(EmailRule().check(key))
    except FieldError:
        return key


def only_an_address(key: str) -> str:
    """The key, or nothing when it is none of an address. What the database is asked may be logged there, and a password
    typed into the field above its own is no address."""
    try:
        EmailRule().check(key)
    except FieldError:
        return ""
    return key
