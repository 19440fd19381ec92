"""How a page names a person and an address."""

from shared.contracts.events import Civility


def polite_name(civility: Civility | str, given_name: str, family_name: str) -> str:
    """« Mme Garnier »; without a civility, given and family name."""
    return f"{civility}\u00a0{family_name}" if civility else f"{given_name} {family_name}"


def masked(email: str) -> str:
    """``jeanne@exemple.fr`` → ``j•••@exemple.fr``: enough to recognise one's own, the same length for all."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}"
