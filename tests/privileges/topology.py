"""Who may do what on the broker, from the contracts (who says what) and the names of queues (who reads what), not from the
permissions that are tried."""

import json
from itertools import product
from pathlib import Path

from shared.contracts.events import EVENTS
from shared.contracts.print_batch import PRINT_MESSAGES
from shared.messaging.topology import ANSWERS_FOR, DEAD_EXCHANGE, DEAD_SUFFIX, REPLAY_EXCHANGE, RETRY_EXCHANGE

DEFINITIONS = json.loads((Path(__file__).parents[2] / "deploy/broker/definitions.json").read_text())
USERS = [user["name"] for user in DEFINITIONS["users"]]
EXCHANGES = [exchange["name"] for exchange in DEFINITIONS["exchanges"]]
BUILT_IN = ["", "amq.direct", "amq.fanout", "amq.headers", "amq.match", "amq.topic", "amq.rabbitmq.trace"]
QUEUES = [queue["name"] for queue in DEFINITIONS["queues"]]
MESSAGES = (*EVENTS, *PRINT_MESSAGES)
FAILURES = [name for name in EXCHANGES if name in {DEAD_EXCHANGE, REPLAY_EXCHANGE} or name.startswith(RETRY_EXCHANGE)]
NOBODYS = [
    "",
    "#",
    "*.*.*",
    "nobody.says-this.v1",
    "letters",
    "xletters.x.v1",
    ".letters.x.v1",
    "print-shop",
    "print.shop.v1",
]
"""Keys that are nobody's, though some look as if."""
KEYS = [*(kind.routing_key() for kind in MESSAGES), *QUEUES, *NOBODYS]


def reader(queue: str) -> str:
    """Whose work queue it is: the first part of its name. Dead letters and delays are nobody's to consume."""
    others = queue.startswith(RETRY_EXCHANGE) or queue.endswith(DEAD_SUFFIX)
    return "" if others or queue not in QUEUES else queue.split(".", maxsplit=1)[0]


def may_read(user: str, queue: str) -> bool:
    """Its own queues, and the dead letters that it answers for."""
    if queue.endswith(DEAD_SUFFIX):
        return queue.removesuffix(DEAD_SUFFIX) in ANSWERS_FOR.get(user, ())
    return reader(queue) == user


def outcome_due(user: str, exchange: str, key: str) -> str:
    """What becomes of a message: ``taken`` by a queue, ``returned`` since no queue wants it, or ``refused``."""
    if exchange == REPLAY_EXCHANGE:
        allowed = key in ANSWERS_FOR.get(user, ())
    elif exchange in FAILURES:
        allowed = reader(key) == user
    else:
        # whatever begins with one's own name; of that, only what the contracts know goes anywhere
        said_there = {kind.exchange for kind in MESSAGES if kind.source == user}
        allowed = exchange in said_there and key.startswith(f"{user}.")
    if not allowed:
        return "refused"
    return "taken" if _is_bound(exchange, key) else "returned"


def sayings() -> list[tuple[str, str]]:
    """Every exchange with every key; to the built-in ones nobody may write at all."""
    to_built_in = [(exchange, MESSAGES[0].routing_key()) for exchange in BUILT_IN[1:]]
    to_default = product([""], [*(kind.routing_key() for kind in MESSAGES), *QUEUES])
    return [*product(EXCHANGES, KEYS), *to_default, *to_built_in]


def _is_bound(exchange: str, key: str) -> bool:
    rows = [row for row in DEFINITIONS["bindings"] if row["source"] == exchange]
    return any(row["routing_key"] in {key, "#"} for row in rows)
