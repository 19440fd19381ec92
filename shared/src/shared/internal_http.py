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


def internal_client(
    timeout: float | httpx.Timeout, base_url: str = "", headers: Mapping[str, str] | None = None
) -> httpx.AsyncClient:
    """A client for another of our programs. ``timeout`` in seconds."""
    return httpx.AsyncClient(timeout=timeout, base_url=base_url, headers=headers, trust_env=False, verify=tls())
