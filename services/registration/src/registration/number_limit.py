"""How often somebody may say to be the person of a number: who that is can't be tried out (design §5, *public answers*).

Right and wrong answers count alike, for numbers that nobody has too, whichever form they came by. Over the limit the page
is the same, and whoever asks learns by no mail either whether they were right: an account's owner, at the address that was
confirmed, is still told the identifier and still gets a letter for recovery. So nobody is shut out by a stranger's tries.
"""

import hashlib
from datetime import timedelta

import structlog

from shared.database import throttle
from shared.database.throttle import Rate
from shared.database.unit_of_work import UnitOfWork
from shared.security.fingerprints import fingerprint
from shared.security.key_ring import KeyRing

_PURPOSE = b"registration.number_limit\0"
_DIGEST_BYTES = 16


class NumberLimit:
    """``most`` requests an hour for each number, counted before anything is compared."""

    def __init__(self, keys: KeyRing, most: int) -> None:
        self._keys = keys
        self._rate = Rate(most, timedelta(hours=1))

    async def has_room(self, work: UnitOfWork, number: str) -> bool:
        """Count a request for a canonical number; another one for it waits for the end of this transaction."""
        key = hashlib.sha256(_PURPOSE + fingerprint(self._keys, number).encode()).digest()[:_DIGEST_BYTES]
        if await throttle.take(work.session, key, self._rate):
            return True
        structlog.get_logger().warning("too many requests for one number")
        return False
