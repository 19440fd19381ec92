"""How a person is addressed."""

NBSP = "\u00a0"


def polite_name(civility: str, given_name: str, family_name: str) -> str:
    """``Mme Garnier``; without civility the whole name, ``Jeanne Garnier``.

    The back office writes names in capitals; ``D’ALMEIDA-RIVIÈRE`` becomes ``D’Almeida-Rivière``. A name with small
    letters is the person's own spelling and stays.
    """
    shown = family_name.title() if family_name.isupper() else family_name
    return f"{civility or given_name}{NBSP}{shown}"
