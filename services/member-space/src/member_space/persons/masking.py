"""A person as the desk sees them before asking to see more: enough to tell two apart, too little to copy."""

from datetime import date

HIDDEN = "••••••"
"""The same for every name: its length tells nothing."""


def masked_name(civility: str, family_name: str) -> str:
    """``Mme G••••••``."""
    return f"{civility} {family_name[:1]}{HIDDEN}".strip()


def masked_email(email: str) -> str:
    """``j•••@exemple.fr``, as on members' pages."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}"


def masked_birth(civility: str, born: date | None) -> str:
    """``née en 1957``; empty when it is not known."""
    return f"{_BORN.get(civility, 'né(e)')} en {born.year}" if born else ""


def masked_postcode(postcode: str) -> str:
    """``33•••``; empty when it is not known."""
    return f"{postcode[:2]}•••" if postcode else ""


_BORN = {"M.": "né", "Mme": "née"}
