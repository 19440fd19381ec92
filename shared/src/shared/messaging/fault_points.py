"""Named moments at which a process may die; tests let it die there to show that nothing is lost (``tests/faults``).

No setting, variable or file arms a point: only a program that imports this module and calls ``arm`` can, and no program of
the product does.
"""

from collections.abc import Callable
from typing import Literal

Point = Literal[
    "before-commit", "after-commit", "before-ack", "after-publish", "after-mark", "after-send", "after-print"
]
"""A handler's transaction about to commit; a transaction with messages in its outbox committed; a message about to be
acknowledged; an outbox row confirmed by the broker, then marked; an e-mail accepted by
the mail server, a batch printed, not noted yet. The print shop's journal has two of its own, ``journal <step>``: about to be
noted, and noted."""

Hook = Callable[[Point, str], None]

_hooks: list[Hook] = []


def arm(hook: Hook) -> None:
    """Call ``hook(point, where)`` at every point from now on; ``where`` is the queue's or the message type's name."""
    _hooks.append(hook)


def reached(point: Point, where: str) -> None:
    """Say that a point is reached: nothing happens unless a test has armed it."""
    for hook in _hooks:
        hook(point, where)
