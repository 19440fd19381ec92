"""Puts the worker together for one verb."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, TypeVar

from rich.console import Console

from print_shop.display import Display
from print_shop.gateway import gateway
from print_shop.intake import Intake
from print_shop.journal import Journal
from print_shop.lines import Lines
from print_shop.lock import WorkerLock
from print_shop.printers import Printers
from print_shop.printing import Printing
from print_shop.receipts import Receipts
from print_shop.settings import Settings
from print_shop.shop import Shop
from print_shop.spool import Spool
from print_shop.taking import Taking
from print_shop.terminal import Terminal
from print_shop.worker import Worker
from shared.messaging.broker import Broker
from shared.observability.logs import configure_logs
from shared.observability.trace_export import configure_traces

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Program:
    """What a verb works with."""

    shop: Shop
    worker: Worker
    intake: Intake
    printing: Printing


@asynccontextmanager
async def opened(
    settings: Settings, verb: str, printers: Printers, *, post_at_once: bool = False, alone: bool = True
) -> AsyncIterator[Program]:
    """The worker, closed in order afterwards. ``alone``: the spool is this program's meanwhile.

    Raises:
        SpoolInUseError: another worker uses the spool.
    """
    on_terminal = sys.stdout.isatty()
    configure_logs("print-shop", "CRITICAL" if on_terminal else settings.log_level)
    spool = Spool(settings.spool_dir)
    publishing, consuming = (Broker(settings.broker_url, f"print-shop: {what}") for what in ("publish", "consume"))
    with WorkerLock(spool.folder, verb) if alone else nullcontext():
        traces = configure_traces("print-shop")
        display: Display = Terminal(Console(highlight=False)) if on_terminal else Lines()
        try:
            async with (
                publishing,
                consuming,
                gateway(settings.gateway_url, settings.print_shop_token, spool.id) as source,
            ):
                shop = Shop(spool, Journal(spool.journal_path), Receipts(publishing), display)
                keys = settings.print_shop_private_keys
                printing = Printing(shop, keys, printers)
                has_printer = printers.folder is not None or printers.queue is not None
                worker = Worker(shop, Taking(shop, source, keys), printing if has_printer else None, post_at_once)
                intake = Intake(worker, consuming, publishing, settings.manifest_verifying_keys)
                for one in (signal.SIGTERM, signal.SIGINT):
                    asyncio.get_running_loop().add_signal_handler(one, intake.stop)
                yield Program(shop, worker, intake, printing)
        finally:
            display.close()
            await asyncio.to_thread(traces.close)


def perform(
    settings: Settings,
    verb: str,
    act: Callable[[Program], Coroutine[Any, Any, Answer]],
    printers: Printers,
    **how: bool,
) -> Answer:
    """Do something with the worker; see ``opened``."""

    async def work() -> Answer:
        async with opened(settings, verb, printers, **how) as program:
            return await act(program)

    return asyncio.run(work())
