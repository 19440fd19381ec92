"""The AsyncAPI 3.0 document of every message between the services, made from the code that sends and receives them.

One channel for each routing key that a service publishes to and one for each queue that a service consumes. What is said
of them is what the broker's definitions say; descriptions are the docstrings.
"""

from collections.abc import Mapping
from importlib.metadata import version
from inspect import cleandoc
from typing import Any

from envelope_schema import ENVELOPE, HEADERS
from event_channels import BINDING, Part, consumed, message_name, published, receive, send
from make_definitions import QUEUES, VHOST

from shared.contracts.event import Message
from shared.contracts.schemas import MESSAGES, schema
from shared.messaging.envelope import CONTENT_TYPE

DESCRIPTION = cleandoc("""
    Every message that the services of the *Espace assuré & adhérent* and its print shop send each other through RabbitMQ.

    A service sends to a routing key of a topic exchange, persistent, mandatory and confirmed. A queue belongs to one
    consuming service; its bindings are in `x-bindings`. Delivery is at least once: the envelope's `id` tells a message
    that comes again. Producers send no field of their own; consumers ignore fields that they do not know.
""")


def document(golden: Mapping[str, list[tuple[str, Any]]]) -> Part:
    """The whole document. ``golden``: message type → names and contents of its examples."""
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "Espace assuré & adhérent: events", "version": version("shared"), "description": DESCRIPTION},
        "defaultContentType": CONTENT_TYPE,
        "servers": {"broker": _server()},
        "channels": {kind.routing_key(): published(kind) for kind in MESSAGES}
        | {queue: consumed(queue, kinds) for queue, kinds in QUEUES.items()},
        "operations": {f"send.{kind.routing_key()}": send(kind, _first_line(kind)) for kind in MESSAGES}
        | {f"receive.{queue}": receive(queue, kinds) for queue, kinds in QUEUES.items()},
        "components": {
            "messages": {message_name(kind): _message(kind, golden[kind.type()]) for kind in MESSAGES},
            "schemas": {"envelope": ENVELOPE, "headers": HEADERS} | _schemas(),
            "securitySchemes": {"user": {"type": "userPassword", "description": "One broker user for each service."}},
        },
    }


def _server() -> Part:
    return {
        "host": "{host}:{port}",
        "pathname": f"/{VHOST}",
        "protocol": "amqp",
        "protocolVersion": "0.9.1",
        "description": "RabbitMQ 3.10 or later. What exists on it is in `deploy/broker/definitions.json`.",
        "variables": {
            "host": {"default": "localhost", "description": "The broker of the installation."},
            "port": {"default": "5672", "description": "5671 for amqps."},
        },
        "security": [{"$ref": "#/components/securitySchemes/user"}],
    }


def _message(kind: type[Message], golden: list[tuple[str, Any]]) -> Part:
    name = message_name(kind)
    fixed = {"source": f"/services/{kind.source}", "type": kind.type(), "dataschema": f"urn:espace:schema:{name}"}
    values: Part = {attribute: {"const": value} for attribute, value in fixed.items()}
    data = {"data": {"$ref": f"#/components/schemas/{name}"}}
    return {
        "name": kind.type(),
        "title": kind.__name__,
        "summary": _first_line(kind),
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": {"allOf": [{"$ref": "#/components/schemas/envelope"}, {"properties": values | data}]},
        "correlationId": {"location": "$message.payload#/traceparent", "description": "W3C trace context."},
        "bindings": {"amqp": {"messageType": kind.type(), **BINDING}},
        "examples": [{"name": example, "payload": content} for example, content in golden],
    }


def _schemas() -> Part:
    """The committed JSON Schemas, each with its definitions beside it under names of its own."""
    found: Part = {}
    for kind in MESSAGES:
        own = _renamed(schema(kind), f"#/components/schemas/{message_name(kind)}.")
        for name, definition in own.pop("$defs", {}).items():
            found[f"{message_name(kind)}.{name}"] = definition
        found[message_name(kind)] = {key: value for key, value in own.items() if key not in {"$schema", "$id"}}
    return found


def _renamed(value: Any, prefix: str) -> Any:
    if isinstance(value, list):
        return [_renamed(each, prefix) for each in value]
    if isinstance(value, dict):
        return {key: _renamed(each, prefix) for key, each in value.items()}
    return prefix + value.removeprefix("#/$defs/") if isinstance(value, str) and value.startswith("#/$defs/") else value


def _first_line(kind: type[Message]) -> str:
    return cleandoc(kind.__doc__ or "").splitlines()[0]
