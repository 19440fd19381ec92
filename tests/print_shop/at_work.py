"""A worker that takes from the queue, and waiting for what it tells."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from shared.contracts.print_batch import PrintReceipt

if TYPE_CHECKING:
    from .conftest import Letters, Life, Site

BOUND = 20


async def until(condition: Callable[[], Any], seconds: float = BOUND) -> Any:
    """Wait until the condition, awaited where it can be, holds; what it returned."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if found := await found if inspect.isawaitable(found) else found:
                return found
            await asyncio.sleep(0.02)


@asynccontextmanager
async def working(site: "Site", **life: Any) -> AsyncIterator["Life"]:
    """A worker that takes from the queue; stopped in order afterwards."""
    async with site.life(**life) as alive:
        running = asyncio.create_task(alive.intake.run())
        try:
            yield alive
        finally:
            alive.intake.stop()
            async with asyncio.timeout(BOUND):
                await running


async def collected(letters: "Letters", count: int) -> list[PrintReceipt]:
    """So many receipts, in the order in which they came."""
    found: list[PrintReceipt] = []

    async def enough() -> bool:
        found.extend(await letters.receipts())
        return len(found) >= count

    await until(enough)
    return found
