"""The visible name of a batch: its day, and 6 symbols drawn from what it holds."""

import hashlib
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from shared.contracts.provisional_password import ALPHABET

_SYMBOLS = 6


def batch_serial(day: date, contents: Iterable[tuple[UUID, str]]) -> str:
    """``20261123-K7Q2M9`` of letter ids and password hashes in printing order.

    Two batches with other contents have other names, so that a file can't take the place of another at the print shop
    (``research/letters.md`` 1d); 30 bits a day, and the database refuses the rest.
    """
    digest = hashlib.sha256("\n".join(f"{letter} {password}" for letter, password in contents).encode()).digest()
    number = int.from_bytes(digest[:4], "big")
    symbols = "".join(ALPHABET[(number >> 5 * place) % len(ALPHABET)] for place in range(_SYMBOLS))
    return f"{day:%Y%m%d}-{symbols}"
