"""What lies in the print shop's folder."""

import re
from collections import Counter

from pypdf import PdfReader
from support.system import Running


def sheets(running: Running, words: str) -> Counter[str]:
    """What a pattern (with one group) finds in upper case → how many printed pages carry it."""
    found: Counter[str] = Counter()
    for file in running.places.letters.glob("*.pdf"):
        for page in PdfReader(file).pages:
            found.update(set(re.findall(words, page.extract_text().upper())))
    return found
