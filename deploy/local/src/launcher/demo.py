"""What `make demo` does once the system runs: it tells `launcher.story`."""

import asyncio
import threading
from collections.abc import Callable

from launcher.member import UnexpectedPageError
from launcher.process import LaunchError
from launcher.story import CAPTCHA_ANSWER, tell
from launcher.system import System
from launcher.waiting import DidNotArriveError

SETTINGS = {"CAPTCHA_ANSWER": CAPTCHA_ANSWER, "PRINT_BATCH_MAX_AGE_SECONDS": "2"}
"""Settings of the services for the time of the story."""


async def play(system: System) -> None:
    """Tell the story, each step with its time.

    Raises:
        LaunchError: a step that did not happen, and where to look.
    """
    try:
        await _beside(lambda: tell(system.places, system.say))
    except (UnexpectedPageError, DidNotArriveError) as error:
        raise LaunchError(f"The demonstration stops here: {error}\nLogs: {system.places.var / 'log'}") from error


async def _beside(work: Callable[[], None]) -> None:
    """Run blocking work in a thread that nobody waits for at the end, so that Ctrl-C is not held up by it."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()

    def settle(error: BaseException | None) -> None:
        if not done.done():
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

    def run() -> None:
        error: BaseException | None = None
        try:
            work()
        except BaseException as raised:
            error = raised
        loop.call_soon_threadsafe(settle, error)

    threading.Thread(target=run, daemon=True).start()
    await done
