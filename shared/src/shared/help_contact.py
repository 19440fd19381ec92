"""How to reach a person: the same words on every page and in every mail (WCAG 3.2.6)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class HelpContact:
    """Telephone, address and hours of the help desk. The defaults reach nobody: production refuses them."""

    phone: str = "01 99 00 00 00"
    """A number of the range kept for fiction (ARCEP)."""
    email: str = "aide@exemple.fr"
    hours: str = "du lundi au vendredi, de 9\u00a0h à 17\u00a0h"
