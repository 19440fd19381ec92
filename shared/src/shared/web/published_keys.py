"""The keys by which ``activation`` signs: fetched from its internal addresses, kept for a while, never guessed."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import structlog

from shared.internal_http import internal_client

FETCH_SECONDS = 3.0
KEEP_SECONDS = 600.0
"""Then they are fetched again, so that a key that was withdrawn stops working."""
FETCH_EVERY_SECONDS = 3.0
"""Between two fetches, so that invented key ids can't make us flood ``activation``."""

log = structlog.get_logger()


class KeysUnavailableError(Exception):
    """``activation`` does not answer: nobody can be recognised now, and nobody is trusted."""


class PublishedKeys:
    """The last key set, and when it came (seconds of the event loop's clock).

    ``urls``: one for each replica of ``activation``, or one that stands for all; the first that answers is believed.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = urls
        self._keys: Mapping[str, Any] = {"keys": []}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._lock = asyncio.Lock()

    async def holding(self, kid: str) -> Mapping[str, Any] | None:
        """The key set with that key in it; None when ``activation`` knows no such key.

        Raises:
            KeysUnavailableError: the key is not known here, and ``activation`` does not answer.
        """
        async with self._lock:
            if self._fresh() and self._has(kid):
                return self._keys
            if self._now() - self._tried_at >= FETCH_EVERY_SECONDS:
                await self._fetch()
            elif self._tried_at != self._fetched_at:
                raise KeysUnavailableError("the last fetch failed a moment ago")
            return self._keys if self._has(kid) else None

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _fresh(self) -> bool:
        return self._now() - self._fetched_at < KEEP_SECONDS

    def _has(self, kid: str) -> bool:
        return any(key.get("kid") == kid for key in self._keys["keys"])

    async def _fetch(self) -> None:
        self._tried_at = self._now()
        async with internal_client(FETCH_SECONDS) as client:
            for url in self._urls:
                try:
                    self._keys = _key_set((await client.get(url)).raise_for_status().json())
                except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
                    log.warning("published keys are out of reach", exc_type=type(error).__name__)
                else:
                    self._fetched_at = self._tried_at
                    return
        raise KeysUnavailableError("nobody published keys")


def _key_set(answer: Any) -> Mapping[str, Any]:
    keys = answer["keys"]
    if not all(isinstance(key, dict) for key in keys):
        raise ValueError("not a key set")
    return {"keys": keys}
