"""What the command line of dead letters does between typing and telling: choose, ask, act, and say what went wrong."""

import asyncio
import getpass
import os
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn, TypeVar

import typer

from shared import dead_letter_words as words
from shared.database.engine import Database
from shared.database.failures import is_away, sqlstate
from shared.messaging.broker import Broker
from shared.messaging.dead_letters.access import TopologyError
from shared.messaging.dead_letters.box import MOST
from shared.messaging.dead_letters.journal import Account, Action, NotAccountedForError
from shared.messaging.dead_letters.letter import DeadLetter, is_handle
from shared.messaging.dead_letters.looking import find
from shared.messaging.dead_letters.settling import Outcome, Settling
from shared.messaging.failures import BrokerUnavailableError
from shared.messaging.topology import ANSWERS_FOR, DEAD_SUFFIX
from shared.observability.logs import configure_logs
from shared.settings import ServiceSettings, load_settings

Answer = TypeVar("Answer")
_NO_SUCH_TABLE = "42P01"


@dataclass(frozen=True)
class Choice:
    """Which dead letters are meant: some by name (in one queue), all of one queue, or all."""

    handles: Sequence[str]
    queue: str | None = None
    every: bool = False
    limit: int = MOST

    def __post_init__(self) -> None:
        for handle in self.handles:
            if not is_handle(handle):
                raise typer.BadParameter(f"“{handle}” is neither an id nor 8 or more digits of a SHA-256")
        if self.every and (self.handles or self.queue):
            raise typer.BadParameter("--all goes with neither messages nor --queue")
        if not (self.handles or self.queue or self.every):
            raise typer.BadParameter("say which: messages, --queue, or --all")


class Program:
    """The verbs' common part, for one service."""

    def __init__(self, service: str, settings_kind: type[ServiceSettings]) -> None:
        self.service = service
        self.all_queues = ANSWERS_FOR[service]
        self._settings_kind = settings_kind

    def queues(self, name: str | None) -> tuple[str, ...]:
        """All, or the one that is named, with or without its suffix for dead letters."""
        if name is None:
            return self.all_queues
        if name.removesuffix(DEAD_SUFFIX) not in self.all_queues:
            raise typer.BadParameter(f"{self.service} answers for {', '.join(self.all_queues)}, not for “{name}”")
        return (name.removesuffix(DEAD_SUFFIX),)

    def settle(self, action: Action, choice: Choice, reason: str, who: str | None, yes: bool) -> None:
        """Replay or drop what is chosen, after asking."""
        try:
            account = Account(who if who is not None else os_user(), reason)
        except NotAccountedForError as error:
            raise typer.BadParameter(str(error)) from None
        queues = self.queues(choice.queue)
        letters = self.run(lambda broker, _: find(broker, queues, choice.handles, choice.limit))
        self._refuse_unclear(choice.handles, letters)
        if not letters:
            words.say(f"No dead letters in {', '.join(queues)}: nothing to {action}.")
            return
        words.tell_chosen(letters)
        if not yes:
            typer.confirm(f"{action.capitalize()} {words.number(len(letters))}?", abort=True)
        with words.progress(action, len(letters)) as told:
            outcome = self.run(
                lambda broker, database: _act(Settling(broker, database, told), action, letters, account)
            )
        words.tell_outcome(action, outcome)
        if outcome.refused or outcome.missing:
            raise typer.Exit(1)

    def run(self, action: Callable[[Broker, Database], Awaitable[Answer]]) -> Answer:
        """Do something with the service's broker and database; what goes wrong is told with what to do, exit status 1."""
        settings = load_settings(self._settings_kind)
        configure_logs(self.service, "CRITICAL")  # what people need is told; a log between the lines is not
        try:
            return asyncio.run(_with_both(settings, f"{self.service}: dead letters", action))
        except TopologyError as error:
            words.refuse(
                f"{error}: the broker's definitions are older than this program. Import definitions.json again."
            )
        except BrokerUnavailableError as error:
            words.refuse(
                f"The broker does not answer: {error}. Does it run, and is BROKER_URL right? What is not done yet is still "
                "with the dead letters: run the same command again."
            )
        except Exception as error:
            if sqlstate(error) == _NO_SUCH_TABLE:
                words.refuse(f"The database has no journal yet: run `{self.service} migrate`. Nothing was changed.")
            if is_away(error):
                words.refuse(
                    "The database does not answer. Does it run, and is DATABASE_URL right? Nothing is done without its "
                    "row in the journal: run the same command again."
                )
            raise

    def refuse_unknown(self, handles: Sequence[str]) -> NoReturn:
        """Say that nothing is named so."""
        words.refuse(
            f"No dead letter here is named {', '.join(handles)}. `{self.service} dead-letters list --queue QUEUE` names "
            f"all; `{self.service} dead-letters journal` tells what was replayed or dropped. Nothing was changed."
        )

    def _refuse_unclear(self, handles: Sequence[str], letters: Sequence[DeadLetter]) -> None:
        unknown = [handle for handle in handles if not any(letter.is_named(handle) for letter in letters)]
        if unknown:
            self.refuse_unknown(unknown)
        for handle in handles:
            named = Counter(letter.sha256 for letter in letters if letter.is_named(handle))
            if len(named) > 1 and not any(handle.lower() == str(letter.id) for letter in letters):
                words.refuse(f"{handle} names {len(named)} dead letters: give more digits. Nothing was changed.")


def os_user() -> str:
    """Who runs this: the person behind sudo, the machine's user, or its number where it has no name."""
    name = os.environ.get("SUDO_USER", "")
    with suppress(KeyError, OSError):
        name = name or getpass.getuser()
    return name or f"user {os.getuid()}"


async def _act(settling: Settling, action: Action, letters: Sequence[DeadLetter], account: Account) -> Outcome:
    return await (settling.replay if action == "replay" else settling.drop)(letters, account)


async def _with_both(
    settings: ServiceSettings, name: str, action: Callable[[Broker, Database], Awaitable[Answer]]
) -> Answer:
    database = Database(settings.database_url, name, pool_size=1)
    try:
        async with Broker(settings.broker_url, name) as broker:
            return await action(broker, database)
    finally:
        await database.close()
