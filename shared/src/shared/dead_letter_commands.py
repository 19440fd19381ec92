"""``<service> dead-letters list | show | replay | drop | journal``, the same for every service."""

from typing import Annotated

import typer

from shared import dead_letter_words as words
from shared.dead_letter_program import Choice, Program
from shared.messaging.dead_letters import journal as entries
from shared.messaging.dead_letters.box import MOST
from shared.messaging.dead_letters.looking import find, show, summaries
from shared.settings import ServiceSettings

Queue = Annotated[str | None, typer.Option(metavar="QUEUE", help="Only the dead letters of this queue.")]
Limit = Annotated[int, typer.Option(min=1, max=MOST, help="At most so many of each queue.")]
Handle = Annotated[str, typer.Argument(metavar="MESSAGE", help="Its id, or at least 8 digits of its SHA-256.")]
Handles = Annotated[
    list[str] | None, typer.Argument(metavar="[MESSAGE]...", help="Their ids, or at least 8 digits of their SHA-256.")
]
Every = Annotated[bool, typer.Option("--all", help="The dead letters of every queue of this service.")]
Reason = Annotated[str, typer.Option(help="Why. It is kept in the journal: name no member in it.")]
Who = Annotated[str | None, typer.Option(help="Who does it; the user of this machine unless given.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

_HELP = """Messages that could not be handled: look at them, put them back, or take them away.

Exit status: 0 done; 1 not done, or not all of it; 2 mistyped.

Examples:

{service} dead-letters list

{service} dead-letters list --queue {queue}

{service} dead-letters show 0b7e6b0e-6c1a-4f0e-9d6e-0d1f3c7a5b21

{service} dead-letters replay --queue {queue} --reason "mended in 1.4.2"

{service} dead-letters drop 0b7e6b0e-6c1a-4f0e-9d6e-0d1f3c7a5b21 --reason "test message"
"""


def dead_letter_commands(service: str, settings_kind: type[ServiceSettings]) -> typer.Typer:
    """The verbs for the dead letters that a service answers for (``topology.ANSWERS_FOR``)."""
    program = Program(service, settings_kind)
    commands = typer.Typer(no_args_is_help=True, help=_HELP.format(service=service, queue=program.all_queues[0]))

    @commands.command("list")
    def list_(queue: Queue = None, limit: Limit = 10_000) -> None:
        """Count them by queue, with their reasons; with --queue, list each."""
        queues = program.queues(queue)
        if queue is None:
            words.tell_summaries(program.run(lambda broker, _: summaries(broker, queues, limit)), service)
        else:
            words.tell_letters(program.run(lambda broker, _: find(broker, queues, most=limit)), service)

    @commands.command("show")
    def show_(message: Handle, queue: Queue = None) -> None:
        """Show one: its attributes, its failure, and its data with everything personal masked."""
        choice = Choice([message], queue)
        queues = program.queues(queue)
        opened = program.run(lambda broker, _: show(broker, queues, choice.handles[0]))
        if not opened:
            program.refuse_unknown([message])
        for letter in opened:
            words.tell_opened(letter)

    @commands.command()
    def replay(
        reason: Reason, message: Handles = None, queue: Queue = None, every: Every = False,
        limit: Limit = 10_000, who: Who = None, yes: Yes = False,
    ) -> None:  # fmt: skip
        """Put them back into their queue once the cause is mended. Safe to interrupt, and to repeat."""
        program.settle("replay", Choice(message or [], queue, every, limit), reason, who, yes)

    @commands.command()
    def drop(
        reason: Reason, message: Handles = None, queue: Queue = None, every: Every = False,
        limit: Limit = 10_000, who: Who = None, yes: Yes = False,
    ) -> None:  # fmt: skip
        """Take them away for good: only the journal remembers them."""
        program.settle("drop", Choice(message or [], queue, every, limit), reason, who, yes)

    @commands.command()
    def journal(limit: Annotated[int, typer.Option(min=1, help="At most so many, the newest.")] = 50) -> None:
        """Who replayed or dropped what, when and why."""
        words.tell_journal(program.run(lambda _, database: entries.read(database, limit)))

    return commands
