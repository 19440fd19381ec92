"""How a page shows an address that it must not give away."""


def masked(email: str) -> str:
    """``jeanne@exemple.fr`` → ``j•••@exemple.fr``: enough to recognise one's own, the same length for all."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}"
