"""Who is ready, asked over HTTP."""

import asyncio
from collections.abc import Mapping

import httpx

from shared.internal_http import internal_client


async def late(addresses: Mapping[str, str]) -> dict[str, str]:
    """Return those of the addresses, by name, that do not answer 200 within 5 s."""
    async with internal_client(5) as client:
        answers = await asyncio.gather(*(_answers(client, address) for address in addresses.values()))
    return {name: addresses[name] for name, fine in zip(addresses, answers, strict=True) if not fine}


async def _answers(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(address)).status_code == 200
    except httpx.TransportError:
        return False
