"""Puts the worker together and runs it until it is told to stop."""

import asyncio
import signal
import sys
from pathlib import Path

import structlog
from rich.console import Console

from print_shop.display import Lines, Terminal
from print_shop.gateway import gateway
from print_shop.intake import Intake
from print_shop.printer import FolderPrinter
from print_shop.receipts import Receipts
from print_shop.settings import Settings
from print_shop.spool import Spool
from print_shop.worker import Worker
from shared.messaging.broker import Broker
from shared.observability.logs import configure_logs
from shared.observability.trace_export import configure_traces

log = structlog.get_logger()


async def run(settings: Settings, folder: Path) -> None:
    """Print to a folder until SIGTERM or Ctrl-C.

    Raises:
        SpoolInUseError: another worker uses the spool.
    """
    on_terminal = sys.stdout.isatty()
    configure_logs("print-shop", "WARNING" if on_terminal else settings.log_level)
    spool = Spool(settings.spool_dir)
    display = Terminal(Console()) if on_terminal else Lines()
    publishing = Broker(settings.broker_url, "print-shop: publish")
    consuming = Broker(settings.broker_url, "print-shop: consume")
    traces = configure_traces("print-shop")
    try:
        async with publishing, consuming, gateway(settings.gateway_url, settings.print_shop_token) as source:
            keys, printer = settings.print_shop_private_keys, FolderPrinter(folder)
            worker = Worker(spool, source, keys, printer, Receipts(publishing), display)
            intake = Intake(worker, consuming, publishing)
            for one in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(one, intake.stop)
            log.info("started")
            await intake.run()
            log.info("stopped")
    finally:
        spool.close()
        if isinstance(display, Terminal):
            display.close()
        await asyncio.to_thread(traces.close)
