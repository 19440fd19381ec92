"""Every service's messages, asked for side by side; one that is away is told as such."""

import asyncio
from dataclasses import dataclass

from fastapi import Request

from member_space.operations.asking import AwayError, RefusedError, services_of
from shared.messaging.topology import ANSWERS_FOR
from shared.operations.state import State


@dataclass(frozen=True)
class Told:
    """One service: its state, or why there is none."""

    service: str
    state: State | None
    away: str = ""


@dataclass(frozen=True)
class Overview:
    """All of them, and sums of what is known."""

    services: list[Told]

    @property
    def dead(self) -> int:
        """Dead letters of all that answer."""
        return sum(queue.dead for told in self.services if told.state for queue in told.state.queues or ())

    @property
    def outbox(self) -> int:
        """Events that have not left, of all that answer."""
        return sum(told.state.outbox_waiting for told in self.services if told.state)

    @property
    def retries(self) -> dict[str, int]:
        """Tier → messages that wait to be tried again, as one of those that answer told: it is the same for all."""
        return next((told.state.retries for told in self.services if told.state and told.state.retries), {})

    @property
    def alerts(self) -> list[str]:
        """Codes of what services warn of, each once."""
        return list(dict.fromkeys(code for told in self.services if told.state for code in told.state.alerts))

    @property
    def away(self) -> int:
        """How many do not answer."""
        return sum(told.state is None for told in self.services)


async def overview(request: Request) -> Overview:
    """As they stand now. Never raises for a service that is away."""
    return Overview(list(await asyncio.gather(*(_told(request, service) for service in ANSWERS_FOR))))


async def _told(request: Request, service: str) -> Told:
    try:
        return Told(service, await services_of(request).ask(request, service, "/internal/operations", State))
    except (AwayError, RefusedError) as error:
        return Told(service, None, str(error) or "refus")
