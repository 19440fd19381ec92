"""Who is ready, asked over HTTP."""

import asyncio
from collections.abc import Mapping

import httpx


async def late(addresses: Mapping[str, str]) -> list[str]:
    """Return the names of those whose address does not answer 200 within 5 s."""
    # No proxy of the machine's stands between us and our own programs.
    async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
        answers = await asyncio.gather(*(_answers(client, address) for address in addresses.values()))
    return [name for name, fine in zip(addresses, answers, strict=True) if not fine]


async def _answers(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(address)).status_code == 200
    except httpx.TransportError:
        return False
