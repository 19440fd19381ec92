"""A bound on what one network address may try a minute: it spares the processor, the real counts are per account.

Kept in memory by each replica. The address is the last one of ``X-Forwarded-For``: the one that the gateway saw.
"""

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.requests import Request

from shared.web.problem import Problem


class AddressLimit:
    """At most ``per_minute`` tries a minute for each address."""

    def __init__(self, per_minute: int) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())
        self._item = RateLimitItemPerMinute(per_minute)

    async def allows(self, address: str) -> bool:
        """Count a try and say whether it is within the limit."""
        return await self._limiter.hit(self._item, address)


async def within_address_limit(request: Request) -> None:
    """Let the request pass.

    Raises:
        Problem: 429, for anyone and any account alike.
    """
    limit: AddressLimit = request.app.state.address_limit
    if not await limit.allows(client_address(request)):
        raise Problem(429, headers={"Retry-After": "60"})


def client_address(request: Request) -> str:
    """The network address that the gateway saw; without a gateway, the peer's."""
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    return forwarded or (request.client.host if request.client else "")
