"""Which signs a person's name may hold, in the register and in the form alike."""

import unicodedata

LONGEST = 80
"""Characters."""
_ALSO = frozenset("'’‘ʼ`´-‐‑–. \u00a0\u202f")


def is_name(text: str) -> bool:
    """Letters of any script with their marks, apostrophes, hyphens, points and spaces; at least one letter."""
    kinds = [unicodedata.category(sign)[0] for sign in text]
    allowed = all(kind in "LM" or sign in _ALSO for kind, sign in zip(kinds, text, strict=True))
    return allowed and "L" in kinds
