"""Channels and operations of the AsyncAPI document: routing keys that are published to, queues that are consumed."""

from collections.abc import Iterable
from typing import Any

from make_definitions import VHOST

from shared.contracts.event import Message

BINDING = {"bindingVersion": "0.3.0"}

Part = dict[str, Any]


def message_name(kind: type[Message]) -> str:
    """The name of a message in the document."""
    return f"{kind.name}.v{kind.version}"


def published(kind: type[Message]) -> Part:
    """The channel of a routing key."""
    exchange = {"name": kind.exchange, "type": "topic", "durable": True, "autoDelete": False, "vhost": VHOST}
    return {
        "address": kind.routing_key(),
        "description": f"Where `{kind.source}` publishes {kind.__name__}.",
        "messages": _messages([kind]),
        "bindings": {"amqp": {"is": "routingKey", "exchange": exchange, **BINDING}},
    }


def consumed(queue: str, kinds: tuple[type[Message], ...]) -> Part:
    """The channel of a queue, with what it is bound to."""
    properties = {"name": queue, "durable": True, "exclusive": False, "autoDelete": False, "vhost": VHOST}
    return {
        "address": queue,
        "description": f"A quorum queue of `{_owner(queue)}`.",
        "messages": _messages(kinds),
        "bindings": {"amqp": {"is": "queue", "queue": properties, **BINDING}},
        "x-bindings": [{"exchange": kind.exchange, "routingKey": kind.routing_key()} for kind in kinds],
    }


def send(kind: type[Message], summary: str) -> Part:
    """What the source of a message does."""
    amqp = {"deliveryMode": 2, "mandatory": True, **BINDING}
    return _operation("send", kind.source, kind.routing_key(), [kind], amqp) | {"summary": summary}


def receive(queue: str, kinds: tuple[type[Message], ...]) -> Part:
    """What the consumer of a queue does."""
    return _operation("receive", _owner(queue), queue, kinds, {"ack": True, **BINDING})


def _operation(action: str, who: str, channel: str, kinds: Iterable[type[Message]], amqp: Part) -> Part:
    of_it = f"#/channels/{channel}"
    return {
        "action": action,
        "tags": [{"name": who}],
        "channel": {"$ref": of_it},
        "messages": [{"$ref": f"{of_it}/messages/{message_name(kind)}"} for kind in kinds],
        "bindings": {"amqp": amqp},
    }


def _messages(kinds: Iterable[type[Message]]) -> Part:
    return {message_name(kind): {"$ref": f"#/components/messages/{message_name(kind)}"} for kind in kinds}


def _owner(queue: str) -> str:
    return queue.partition(".")[0]
