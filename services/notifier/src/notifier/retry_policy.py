"""When a mail that was refused for now is tried again."""

from datetime import timedelta

_FIRST = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
_THEN = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(hours=24)
"""Time over which a mail is tried; mail servers that greylist accept within the first hour."""
MOST_ATTEMPTS = len(_FIRST) + 1 + (GIVE_UP_AFTER - sum(_FIRST, timedelta())) // _THEN


def pause_after(attempts: int) -> timedelta | None:
    """The pause after that many failed attempts (1, 2…): 1, 5, 15 min, then 1 h; None: give up, 24 h are spent."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return _FIRST[attempts - 1] if attempts <= len(_FIRST) else _THEN
