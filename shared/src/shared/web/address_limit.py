"""A bound on what one network address may send, whichever replica answers (design §5, *per address*).

It spares the processor; what protects an account is counted per account. No address is kept: the key of its row is a keyed
digest, which the database alone can't turn back, and which is gone a minute after it has drained.
"""

import hmac
import math

from starlette.requests import Request

from shared.database import throttle
from shared.database.engine import Database
from shared.database.throttle import Rate
from shared.security.key_ring import KeyRing
from shared.web.client_address import client_address, network_of
from shared.web.problem import Problem

PURGE_SECONDS = 60.0
_PURGED_AT_ONCE = 10_000
_PURPOSE = b"shared.web.address_limit"
_DIGEST_BYTES = 16


class AddressLimit:
    """At most ``rate`` for each address. ``name`` keeps the counts of several limits apart.

    The key comes from the ring that signs forms: while that is renewed, replicas count apart for a moment.
    """

    def __init__(self, database: Database, form_keys: KeyRing, name: str, rate: Rate) -> None:
        self._database = database
        self._key = hmac.digest(form_keys.current[1], _PURPOSE, "sha256")
        self._name = name
        self._rate = rate

    async def let_pass(self, request: Request) -> None:
        """Count a request.

        Raises:
            Problem: 429, for anyone and any account alike.
        """
        async with self._database.unit_of_work() as work:
            passes = await throttle.take(work.session, self._digest(client_address(request)), self._rate)
        if not passes:
            raise Problem(429, headers={"Retry-After": str(math.ceil(self._rate.apart.total_seconds()))})

    async def purge(self) -> bool:
        """Forget who has drained; whether there may be more. For ``Periodic``, every ``PURGE_SECONDS``."""
        async with self._database.unit_of_work() as work:
            return await throttle.purge(work.session, _PURGED_AT_ONCE) == _PURGED_AT_ONCE

    def _digest(self, address: str) -> bytes:
        counted = f"{self._name}\0{network_of(address)}".encode()
        return hmac.digest(self._key, counted, "sha256")[:_DIGEST_BYTES]
