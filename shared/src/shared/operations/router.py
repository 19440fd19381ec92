"""``/internal/operations`` and ``/internal/dead-letters`` of a service: for ``exploitation``, never through the gateway."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from shared.database.engine import Database
from shared.messaging.broker import Broker
from shared.messaging.dead_letters.access import TopologyError
from shared.messaging.dead_letters.letter import OpenedLetter, is_handle
from shared.messaging.dead_letters.looking import show
from shared.messaging.dead_letters.settling import Outcome
from shared.messaging.failures import BrokerUnavailableError
from shared.messaging.topology import ANSWERS_FOR
from shared.operations.acts import DEEPEST, LetterPage, Order, page_of, settle
from shared.operations.staff_doors import StaffDoors
from shared.operations.state import Alerts, State, state_of
from shared.security.assertions import Role, StaffSignedIn
from shared.web.problem import Problem

SECONDS = 8.0
"""For all that a request asks of the broker: the desk waits 10 s."""
PAGE = 50
AWAY = "Le courtier de messages ne répond pas"
AWAY_DETAIL = "Ce qui n’est pas fait est toujours parmi les messages en échec : recommencez quand il est revenu."
OLD = "Les définitions du courtier de messages sont plus anciennes que le programme"
OLD_DETAIL = "Importez de nouveau definitions.json, puis recommencez."


def operations_router(
    service: str, broker_url: str, database: Database, doors: StaffDoors, alerts: Sequence[Alerts] = ()
) -> APIRouter:
    """The routes of a service, with its own broker user and its own journal (decision 0015)."""
    router = APIRouter(include_in_schema=False)
    who_may = Depends(doors.only(Role.EXPLOITATION))

    def own_broker() -> AbstractAsyncContextManager[Broker]:
        return _broker(broker_url, f"{service}: operations")

    def own_queue(queue: str) -> str:
        if queue not in ANSWERS_FOR[service]:
            raise Problem(404)
        return queue

    Queue = Annotated[str, Depends(own_queue)]  # noqa: N806 - a type

    @router.get("/internal/operations", dependencies=[who_may])
    async def state() -> State:
        """Queues and outbox, as they stand."""
        async with own_broker() as broker:
            return await state_of(service, broker, database, alerts)

    @router.get("/internal/dead-letters/{queue}", dependencies=[who_may])
    async def listed(
        queue: Queue,
        offset: Annotated[int, Query(ge=0, le=DEEPEST - PAGE)] = 0,
        most: Annotated[int, Query(ge=1, le=PAGE)] = PAGE,
    ) -> LetterPage:
        """Dead letters of a queue, page by page."""
        async with own_broker() as broker:
            return await page_of(broker, database, queue, offset, most)

    @router.get("/internal/dead-letters/{queue}/{handle}", dependencies=[who_may])
    async def opened(queue: Queue, handle: str) -> list[OpenedLetter]:
        """Those that a handle names, their data masked."""
        async with own_broker() as broker:
            return await _found(broker, queue, handle)

    @router.post("/internal/dead-letters/{queue}")
    async def settled(queue: Queue, order: Order, who: Annotated[StaffSignedIn, who_may]) -> Outcome:
        """Replay or drop, in the name of who is at the desk."""
        async with own_broker() as broker:
            return await settle(broker, database, queue, order, who)

    return router


@asynccontextmanager
async def _broker(url: str, name: str) -> AsyncIterator[Broker]:
    """A connection for this request alone: looking takes messages, and must not be in the way of the service.

    Raises:
        Problem: 503 when the broker does not answer, or not in time, or is not as this code expects.
    """
    try:
        async with asyncio.timeout(SECONDS), Broker(url, name) as broker:
            yield broker
    except TopologyError:
        raise Problem(503, OLD, OLD_DETAIL) from None
    except (BrokerUnavailableError, TimeoutError):
        raise Problem(503, AWAY, AWAY_DETAIL, headers={"Retry-After": "5"}) from None


async def _found(broker: Broker, queue: str, handle: str) -> list[OpenedLetter]:
    opened = await show(broker, (queue,), handle) if is_handle(handle) else []
    if not opened:
        raise Problem(404)
    return opened
