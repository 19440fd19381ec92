"""HTTP between our own programs: past every proxy of the machine, and one TLS context for a process.

httpx makes a context for each client unless it is given one, which takes 40 ms: longer than most of our calls.
"""

import ssl
from collections.abc import Mapping
from functools import cache

import httpx


@cache
def tls() -> ssl.SSLContext:
    """The context for every client of this process; it verifies certificates as httpx does by itself."""
    return httpx.create_ssl_context(trust_env=False)


def internal_client(timeout: float | httpx.Timeout, headers: Mapping[str, str] | None = None) -> httpx.AsyncClient:
    """A client for another of our programs. ``timeout`` in seconds."""
    return httpx.AsyncClient(timeout=timeout, headers=headers, trust_env=False, verify=tls())


def internal_get(address: str, timeout: float, params: Mapping[str, str] | None = None) -> httpx.Response:
    """Ask another of our programs once. ``timeout`` in seconds.

    Raises:
        httpx.TransportError: it does not answer.
    """
    return httpx.get(address, params=params, timeout=timeout, trust_env=False, verify=tls())
