"""Templates keep together what French typography does not let a line break apart.

Lexique des règles typographiques en usage à l’Imprimerie nationale: no-break spaces before ; ! ? : » and after «, and
between a number and what it counts.
"""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
SOURCES = [TOP / "shared" / "src", *(TOP / "services").glob("*/src"), *(TOP / "services").glob("*/*/src")]
TEMPLATES = sorted(
    path for source in SOURCES for end in ("html", "txt") for path in source.rglob(f"templates/**/*.{end}")
)
MARKUP = re.compile(r"{#.*?#}|{%.*?%}|{{|}}|<style.*?</style>|<[^>]*?>", re.DOTALL)
BREAKS = re.compile(r"« |\S [;!?:»](?![\w=/-])|[|\d] (?:secondes?|minutes?|heures?|jours?|mois|ans?|fois)\b")


def apart(text: str) -> list[str]:
    """Where a line could break that must not, with what stands around."""
    return [text[max(0, found.start() - 25) : found.end() + 10] for found in BREAKS.finditer(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(TOP)))
def test_nothing_is_torn_apart(path):
    assert apart(MARKUP.sub("|", path.read_text())) == []


@pytest.mark.parametrize(
    "torn", ["Rien reçu ?", "« oui»", "Voici : ceci", "<p>« oui\u00a0»</p>", "{{ days }} jours", "24 heures"]
)
def test_what_is_torn_apart_is_found(torn):
    assert apart(MARKUP.sub("|", torn))
    assert not apart(MARKUP.sub("|", torn.replace(" ", "\u00a0")))
