"""A planted secret, and every way in which it may be written down."""

from collections.abc import Iterator
from dataclasses import dataclass

from canary.encodings import ENCODINGS

FEWEST = 8
"""Bytes of a pattern: a shorter one is found by chance."""
_SEPARATORS = str.maketrans(dict.fromkeys(" \u00a0\u202f-.", ""))


@dataclass(frozen=True)
class Secret:
    """``kind`` is what reports say; ``owner``: the address whose mail may hold it; ``number``: 6 digits, see ``Search``."""

    kind: str
    value: str | bytes
    owner: str = ""
    number: bool = False

    def __repr__(self) -> str:
        """The kind alone: a failed assertion prints it."""
        return f"<{self.kind}>"

    def patterns(self) -> Iterator[tuple[str, bytes]]:
        """Encoding and bytes, of each spelling."""
        for spelling in self._spellings():
            for encoding, encode in ENCODINGS.items():
                for pattern in encode(spelling):
                    # a number of 6 digits is looked at with its neighbours; encoded ones come by chance in base64
                    if len(pattern) >= FEWEST or (self.number and encoding == "plain"):
                        yield encoding, pattern

    def _spellings(self) -> set[bytes]:
        if isinstance(self.value, bytes):
            return {self.value}
        bare = self.value.translate(_SEPARATORS)
        spellings = {self.value, bare, self.value.replace("-", " "), self.value.replace(" ", "-")}
        cases = {
            case for one in spellings for case in (one, one.lower(), one.upper(), one.casefold(), one.capitalize())
        }
        return {one.encode() for one in cases}
