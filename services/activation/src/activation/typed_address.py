"""What was typed where an address belongs."""

from shared.web.forms import EmailRule, FieldError


def only_an_address(key: str) -> str:
    """The key, or nothing when it is none of an address. What the database is asked may be logged there, and a password
    typed into the field above its own is no address."""
    try:
        EmailRule().check(key)
    except FieldError:
        return ""
    return key
