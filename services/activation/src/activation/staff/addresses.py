"""The addresses of the way into the desk."""

from urllib.parse import quote

from activation.local_path import DESK_HOME, desk_path

SIGN_IN = "/gestion/connexion"
SIGN_OUT = "/gestion/deconnexion"
CHOOSE_PASSWORD = "/gestion/mot-de-passe"  # noqa: S105 (an address)


def sign_in_address(wanted: str, *, expired: bool = False) -> str:
    """Where to send a browser that has to sign in before it sees ``wanted``."""
    page = after_sign_in(wanted)
    return f"{SIGN_IN}?suite={quote(page, safe='/')}{'&expiree=1' if expired else ''}"


def after_sign_in(wanted: str) -> str:
    """Where to go then: a page of the desk, none of these here."""
    page = desk_path(wanted)
    return DESK_HOME if page.partition("?")[0] in {SIGN_IN, SIGN_OUT, CHOOSE_PASSWORD} else page
