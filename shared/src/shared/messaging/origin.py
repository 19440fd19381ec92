"""Who said a message: told by the key that it is delivered under, never by its body.

The broker lets each user publish only under keys that begin with its own name, but two things are left open: a queue that takes
messages of two services can't tell their bodies apart, and RabbitMQ before 4.0.3 routes by the keys in CC and BCC headers too
without checking them. The key of the delivery is the one that was checked, always.
"""

from shared.contracts.event import Message
from shared.messaging.envelope import UndecodableError

FOREIGN = "said by another"
"""How the reason of such a dead letter begins: it is never replayed."""


def check_said_by_its_source(kind: type[Message], key: str | None, queue: str) -> None:
    """See that a message comes from the one service that says it, or back from the queue's own delays and dead letters.

    Raises:
        UndecodableError: another service says so.
    """
    if key not in {kind.routing_key(), queue}:
        raise UndecodableError(f"{FOREIGN}: {kind.type()}")
