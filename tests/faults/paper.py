"""What lies in the print shop's folder."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

from pypdf import PdfReader
from support.system import Running


def sheets(running: Running, words: str) -> Counter[str]:
    """What a pattern (with one group) finds in upper case → how many printed pages carry it."""
    found: Counter[str] = Counter()
    for file in running.places.letters.glob("*.pdf"):
        for page in _pages(file):
            found.update(set(re.findall(words, page)))
    return found


@cache
def _pages(file: Path) -> tuple[str, ...]:
    """The text of each; once, for what is printed never changes."""
    return tuple(page.extract_text().upper() for page in PdfReader(file).pages)
