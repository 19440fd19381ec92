"""``/livez``, ``/readyz`` and ``/metrics`` of a service, on its own port and never through the gateway (design §4)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping

import structlog
from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.responses import JSONResponse

CHECK_SECONDS = 2.0
Check = Callable[[], Awaitable[bool]]
_FRESH = {"Cache-Control": "no-store"}


class Readiness:
    """Whether the service takes work; ``stop`` is the first step of a shutdown."""

    def __init__(self) -> None:
        self.stopping = False

    def stop(self) -> None:
        """Answer 503 from now on, so that no new work is sent here."""
        self.stopping = True


def health_router(checks: Mapping[str, Check], required: set[str], state: Readiness) -> APIRouter:
    """The three routes. Only a failed ``required`` check, or ``state.stopping``, makes ``/readyz`` answer 503.

    Raises:
        ValueError: a required check is not among the checks.
    """
    if not required <= checks.keys():
        raise ValueError(f"no check named {sorted(required - checks.keys())}")
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> JSONResponse:
        return JSONResponse({"alive": True}, headers=_FRESH)

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        answers = await asyncio.gather(*(_passes(name, check) for name, check in checks.items()))
        results = dict(zip(checks, answers, strict=True))
        ready = not state.stopping and all(results[name] for name in required)
        content = {"ready": ready, "stopping": state.stopping, "checks": results}
        return JSONResponse(content, 200 if ready else 503, _FRESH)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST, **_FRESH})

    return router


async def _passes(name: str, check: Check) -> bool:
    """The check's answer; one that fails or takes more than ``CHECK_SECONDS`` counts as a no."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            return await check()
    except Exception as error:
        structlog.get_logger().warning("check_failed", check=name, exc_type=type(error).__name__)
        return False
