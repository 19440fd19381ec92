"""Fetching sealed batches through the gateway. An outage is waited out; nothing that comes is trusted."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar
from uuid import UUID

import httpx
from pydantic import SecretStr

from shared.contracts.print_manifest import PrintManifest
from shared.messaging.backoff import pauses

MISSING_TRIES = 5
"""A batch that is not there may be behind a gateway that is just coming up; after so many answers it is not there."""


class NotOfferedError(Exception):
    """The gateway knows no such batch."""


class GoneError(NotOfferedError):
    """It did, and it no longer has it: no use in asking again."""


class SupersededError(Exception):
    """It offers a later run of the batch, or has given this one to another spool: it is not to be printed here."""


class GaveUpError(Exception):
    """Told to stop waiting for the gateway."""


Answer = TypeVar("Answer")


class Gateway:
    """One HTTP client for the life of the worker."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def fetch(
        self,
        batch: PrintManifest,
        given_up: Callable[[], bool],
        came: Callable[[int], None] = lambda _: None,
        awaited: Callable[[str], None] = lambda _: None,
    ) -> bytes:
        """The bytes that the gateway gives for a batch, never more than one byte beyond what the manifest says.

        ``came`` is told how many there are so far, ``awaited`` why there are none yet.

        Raises:
            NotOfferedError: 404 several times, or 410.
            SupersededError: 409.
            GaveUpError: ``given_up`` said so during an outage.
        """
        return await _patiently(lambda: self._try(batch, came), given_up, awaited)

    async def claim(
        self, batch: PrintManifest, given_up: Callable[[], bool], awaited: Callable[[str], None] = lambda _: None
    ) -> bool:
        """Whether this run is ours to print: it is the first spool's that asks. Ask once it is safe on disk, as often as
        you like.

        Raises:
            GaveUpError: ``given_up`` said so during an outage.
        """
        try:
            await _patiently(lambda: self._claim(batch), given_up, awaited)
        except (NotOfferedError, SupersededError):
            return False
        return True

    async def is_ours(self, batch: PrintManifest) -> bool:
        """The same, asked once.

        Raises:
            httpx.HTTPError: no answer.
        """
        try:
            await self._claim(batch)
        except (NotOfferedError, SupersededError):
            return False
        return True

    async def _claim(self, batch: PrintManifest) -> None:
        answer = await self._client.post(batch.fetch_path)
        _check(answer, batch, httpx.codes.NO_CONTENT)

    async def _try(self, batch: PrintManifest, came: Callable[[int], None]) -> bytes:
        async with self._client.stream("GET", batch.fetch_path) as answer:
            _check(answer, batch, httpx.codes.OK)
            sealed = bytearray()
            async for chunk in answer.aiter_bytes():
                sealed += chunk
                came(len(sealed))
                if len(sealed) > batch.sealed_bytes:
                    return bytes(sealed[: batch.sealed_bytes + 1])
            return bytes(sealed)


@asynccontextmanager
async def gateway(url: str, token: SecretStr, spool: UUID) -> AsyncIterator[Gateway]:
    """A gateway at an address, closed afterwards. Redirects are not followed: the token is for this address only.

    ``spool``: in whose name batches are asked for.
    """
    headers = {
        "Authorization": f"Bearer {token.get_secret_value()}", "Accept-Encoding": "identity",
        "Print-Shop-Spool": str(spool),
    }  # fmt: skip
    timeout = httpx.Timeout(30.0, connect=5.0)
    async with httpx.AsyncClient(base_url=url, headers=headers, timeout=timeout, trust_env=False) as client:
        yield Gateway(client)


async def _patiently(
    act: Callable[[], Awaitable[Answer]], given_up: Callable[[], bool], awaited: Callable[[str], None]
) -> Answer:
    missing = 0
    for pause in pauses(first=0.2, most=15.0):
        try:
            return await act()
        except NotOfferedError as error:
            missing += 1
            if missing >= MISSING_TRIES or isinstance(error, GoneError):
                raise
        except (httpx.TransportError, httpx.HTTPStatusError) as error:
            awaited(_reason(error))
        await _sleep(pause, given_up)
    raise AssertionError  # pauses never end


def _check(answer: httpx.Response, batch: PrintManifest, good: int) -> None:
    if answer.status_code == httpx.codes.CONFLICT:
        raise SupersededError(f"run {batch.run} is another spool's, or a later one is offered")
    if answer.status_code == httpx.codes.GONE:
        raise GoneError("the batch is no longer offered")
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise NotOfferedError("the gateway knows no such batch")
    if answer.status_code != good:
        raise httpx.HTTPStatusError("", request=answer.request, response=answer)


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
