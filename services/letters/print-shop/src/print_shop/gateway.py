"""Fetching sealed batches through the gateway. An outage is waited out; nothing that comes is trusted."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import structlog
from pydantic import SecretStr

from shared.contracts.print_batch import PrintBatch
from shared.messaging.backoff import pauses

MISSING_TRIES = 5
"""A batch that is not there may be behind a gateway that is just coming up; after so many answers it is not there."""

log = structlog.get_logger()


class NotOfferedError(Exception):
    """The gateway knows no such batch."""


class GoneError(NotOfferedError):
    """It did, and it no longer has it: no use in asking again."""


class GaveUpError(Exception):
    """Told to stop waiting for the gateway."""


class Gateway:
    """One HTTP client for the life of the worker."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def fetch(self, batch: PrintBatch, given_up: Callable[[], bool]) -> bytes:
        """The bytes that the gateway gives for a batch, never more than one byte beyond what the manifest says.

        Raises:
            NotOfferedError: 404 several times, or 410.
            GaveUpError: ``given_up`` said so during an outage.
        """
        missing = 0
        for pause in pauses(first=0.2, most=15.0):
            try:
                return await self._try(batch)
            except NotOfferedError as error:
                missing += 1
                if missing >= MISSING_TRIES or isinstance(error, GoneError):
                    raise
            except (httpx.TransportError, httpx.HTTPStatusError) as error:
                log.warning("gateway is awaited", serial=batch.serial, reason=_reason(error), pause_s=round(pause, 1))
            await _sleep(pause, given_up)
        raise AssertionError  # pauses never end

    async def _try(self, batch: PrintBatch) -> bytes:
        async with self._client.stream("GET", batch.fetch_path) as answer:
            if answer.status_code == httpx.codes.GONE:
                raise GoneError("the batch is no longer offered")
            if answer.status_code == httpx.codes.NOT_FOUND:
                raise NotOfferedError("the gateway knows no such batch")
            if answer.status_code != httpx.codes.OK:
                raise httpx.HTTPStatusError("", request=answer.request, response=answer)
            sealed = bytearray()
            async for chunk in answer.aiter_bytes():
                sealed += chunk
                if len(sealed) > batch.sealed_bytes:
                    return bytes(sealed[: batch.sealed_bytes + 1])
            return bytes(sealed)


@asynccontextmanager
async def gateway(url: str, token: SecretStr) -> AsyncIterator[Gateway]:
    """A gateway at an address, closed afterwards. Redirects are not followed: the token is for this address only."""
    headers = {"Authorization": f"Bearer {token.get_secret_value()}", "Accept-Encoding": "identity"}
    timeout = httpx.Timeout(30.0, connect=5.0)
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=timeout, trust_env=False) as client:
        yield Gateway(client)


def _reason(error: Exception) -> str:
    return f"status {error.response.status_code}" if isinstance(error, httpx.HTTPStatusError) else type(error).__name__


async def _sleep(seconds: float, given_up: Callable[[], bool]) -> None:
    """Sleep, looking up four times a second."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while (left := end - loop.time()) > 0:
        if given_up():
            raise GaveUpError
        await asyncio.sleep(min(0.25, left))
