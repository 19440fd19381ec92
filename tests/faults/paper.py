"""What lies in the print shop's folder."""

import re
from collections import Counter

from support.system import Running

from launcher.waiting import printed_pages


def sheets(running: Running, words: str) -> Counter[str]:
    """What a pattern (with one group) finds in upper case → how many printed pages carry it."""
    found: Counter[str] = Counter()
    for file in running.places.letters.glob("*.pdf"):
        for page in printed_pages(file):
            found.update(set(re.findall(words, page.upper())))
    return found
