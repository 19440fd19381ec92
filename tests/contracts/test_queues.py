"""The queues and messages of the code, of the broker's definitions and of its permissions are the same sets.

The code's are read from the services as their composition roots put them together; the broker's, from the committed file.
"""

import json
import re
from itertools import product
from pathlib import Path

import pytest
from contracts.golden_files import GOLDEN, golden_files
from support.every_service import consumed

from print_shop.intake import QUEUE as PRINT_SHOP_QUEUE
from shared.contracts.print_batch import PrintBatch, PrintBatchV1
from shared.contracts.schemas import MESSAGES
from shared.messaging.envelope import open_envelope, read_data
from shared.messaging.topology import DEAD_EXCHANGE, DEAD_SUFFIX, REPLAY_EXCHANGE, RETRY_EXCHANGE

DEFINITIONS = json.loads((Path(__file__).parents[2] / "deploy" / "broker" / "definitions.json").read_text())
KINDS = {kind.type(): kind for kind in MESSAGES}
EXCHANGES = {kind.exchange for kind in MESSAGES}
UNBOUND = frozenset()
"""Types whose binding comes with the next release, or went with the last one: consumers know them all the same
(docs/events/README.md, *A new version*)."""


@pytest.fixture(scope="module")
def consumers():
    """User to queue to message types, in the code."""
    with pytest.MonkeyPatch.context() as patch:
        return consumed(patch) | {"print-shop": {PRINT_SHOP_QUEUE: frozenset({PrintBatch, PrintBatchV1})}}


@pytest.fixture(scope="module")
def handled(consumers):
    """Queue to message types, in the code."""
    return {queue: kinds for queues in consumers.values() for queue, kinds in queues.items()}


def test_every_queue_has_a_consumer_and_every_consumer_a_queue(consumers, handled):
    names = {queue["name"] for queue in DEFINITIONS["queues"]}
    dead = {name for name in names if name.endswith(DEAD_SUFFIX)}
    assert names - dead - {name for name in names if name.startswith(RETRY_EXCHANGE)} == set(handled)
    assert dead == {queue + DEAD_SUFFIX for queue in handled}
    assert sum(map(len, consumers.values())) == len(handled)


def test_a_queue_gets_what_its_consumer_handles(handled):
    for queue, kinds in handled.items():
        got = {kind for kind in MESSAGES if queue in routed(kind)}
        assert got <= kinds, f"{queue}: a consumer that knows no such type buries the message"
        assert kinds - got <= UNBOUND


def test_every_binding_is_for_a_message_of_the_code():
    keys = {(kind.exchange, kind.routing_key()) for kind in MESSAGES}
    bound = [(row["source"], row["routing_key"]) for row in DEFINITIONS["bindings"] if row["source"] in EXCHANGES]
    assert set(bound) <= keys
    assert all(row["destination_type"] == "queue" for row in DEFINITIONS["bindings"])


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.name)
def test_every_message_reaches_somebody(kind):
    assert routed(kind) or kind in UNBOUND


def test_a_later_version_reaches_whoever_the_earlier_one_reaches():
    assert forgotten(MESSAGES, routed) == []
    first, later = type("First", (PrintBatch,), {}), type("Later", (PrintBatch,), {"version": 3})
    queues = {2: {"a", "b"}, 3: {"a"}}
    assert forgotten((first, later), lambda kind: queues[kind.version]) == ["print-batch.v3 does not reach b"]
    queues[3] = set()
    assert forgotten((first, later), lambda kind: queues[kind.version]) == []


@pytest.mark.parametrize("path", golden_files(GOLDEN), ids=lambda path: path.stem)
def test_every_consumer_accepts_every_golden_message_that_reaches_it(path, handled):
    envelope = open_envelope(path.read_bytes())
    queues = routed(KINDS[envelope.type])
    assert queues or KINDS[envelope.type] in UNBOUND
    for queue in queues:
        kinds = {kind.type(): kind for kind in handled[queue]}
        assert read_data(kinds[envelope.type], envelope).subject == envelope.subject


def test_a_user_reads_the_queues_that_its_service_consumes(consumers):
    assert {row["user"] for row in DEFINITIONS["permissions"]} == set(consumers)
    for row in DEFINITIONS["permissions"]:
        readable = {queue["name"] for queue in DEFINITIONS["queues"] if re.search(row["read"], queue["name"])}
        assert {name for name in readable if not name.endswith(DEAD_SUFFIX)} == set(consumers[row["user"]])


def test_a_user_writes_to_the_exchanges_of_its_own_messages(consumers):
    for row in DEFINITIONS["permissions"]:
        writable = {
            exchange["name"] for exchange in DEFINITIONS["exchanges"] if re.search(row["write"], exchange["name"])
        }
        assert writable & EXCHANGES == {kind.exchange for kind in MESSAGES if kind.source == row["user"]}
        failures = {name for name in writable - EXCHANGES if name != REPLAY_EXCHANGE}
        assert failures == {
            name for name in exchanges() - EXCHANGES if name.startswith((DEAD_EXCHANGE, RETRY_EXCHANGE))
        }


@pytest.mark.parametrize("kind", MESSAGES, ids=lambda kind: kind.name)
def test_a_message_can_be_published_by_its_source_and_nobody_else(kind, consumers):
    may = {user for user in consumers if may_publish(user, kind.exchange, kind.routing_key())}
    assert may == {kind.source}


def test_a_failed_message_can_be_moved_by_the_consumer_of_its_queue_and_nobody_else(consumers):
    moved_to = {name for name in exchanges() if name.startswith((DEAD_EXCHANGE, RETRY_EXCHANGE))}
    for owner, exchange in product(consumers, moved_to):
        for queue in consumers[owner]:
            assert {user for user in consumers if may_publish(user, exchange, queue)} == {owner}


def exchanges():
    return {exchange["name"] for exchange in DEFINITIONS["exchanges"]}


def routed(kind):
    """The queues that a message of this type reaches."""
    return {
        row["destination"]
        for row in DEFINITIONS["bindings"]
        if row["source"] == kind.exchange and matches(row["routing_key"], kind.routing_key())
    }


def matches(pattern, key):
    """A topic binding: ``*`` stands for one word, ``#`` for any number."""
    words = [{"*": r"[^.]+", "#": r".*"}.get(word, re.escape(word)) for word in pattern.split(".")]
    return re.fullmatch(r"\.".join(words), key) is not None


def may_publish(user, exchange, key):
    """Both permissions of RabbitMQ. A topic exchange without a topic permission would let everything through."""
    general = next(row for row in DEFINITIONS["permissions"] if row["user"] == user)
    topics = [row for row in DEFINITIONS["topic_permissions"] if (row["user"], row["exchange"]) == (user, exchange)]
    return bool(re.search(general["write"], exchange)) and all(re.search(row["write"], key) for row in topics)


def forgotten(kinds, reached):
    """Versions that reach some but not all queues of the version before: those would miss it, and nobody would notice."""
    return [
        f"{later.name}.v{later.version} does not reach {queue}"
        for first, later in product(kinds, kinds)
        if (later.name, later.version) == (first.name, first.version + 1) and reached(later) and reached(first)
        for queue in sorted(reached(first) - reached(later))
    ]
