"""Writes ``definitions.json`` beside it: every queue, binding, policy, user and permission of the broker.

The tables below say who consumes what; the rest follows by rule. Services create nothing on the broker: their users may
configure nothing. Users are written without passwords: whoever installs adds them.

    python deploy/broker/make_definitions.py            write
    python deploy/broker/make_definitions.py --check    exit 1 when the file is out of step
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

from shared.contracts.event import Message
from shared.contracts.events import (
    EVENTS,
    MANDATE_EVENTS,
    REQUEST_EVENTS,
    AccountActivated,
    AccountAlreadyOpen,
    AccountClosed,
    AccountFrozen,
    AccountRequested,
    ActivationRefused,
    AddressChanged,
    ConfirmationLinkRequested,
    EmailChangeRequested,
    EmailConfirmed,
    IdentifierReminderRequested,
    LetterPrinted,
    LetterReminderDue,
    LetterReturned,
    MailGivenUp,
    MailSent,
    PasswordResetRequested,
    RecoveryLetterRequested,
    SecurityChanged,
    SecurityNoticeRaised,
)
from shared.contracts.print_batch import PRINT_MESSAGES, PrintBatch, PrintBatchV1, PrintReceipt, PrintReceiptV1
from shared.messaging.topology import (
    ANSWERS_FOR,
    DEAD_EXCHANGE,
    DEAD_SUFFIX,
    REPLAY_EXCHANGE,
    RETRY_EXCHANGE,
    RETRY_TIERS,
    dead_letter_queue,
)

VHOST = "espace"
SERVICES = ("registration", "activation", "letters", "notifier", "member-space")
PRINT_SHOP = "print-shop"

QUEUES: dict[str, tuple[type[Message], ...]] = {
    "registration.account-state": (AccountActivated, EmailConfirmed, AccountFrozen, AccountClosed),
    "registration.address-changed": (AddressChanged,),
    "registration.letters": (LetterPrinted, LetterReturned),
    "registration.activation-refused": (ActivationRefused,),
    "letters.account-requested": (AccountRequested,),
    "letters.print-receipts": (PrintReceipt, PrintReceiptV1),
    "letters.account-closed": (AccountClosed,),
    "letters.mails": (MailSent, MailGivenUp),
    "activation.letter-printed": (LetterPrinted,),
    "activation.letter-returned": (LetterReturned,),
    "activation.account-closed": (AccountClosed,),
    "activation.recovery-letter": (RecoveryLetterRequested,),
    "notifier.letter-printed": (LetterPrinted,),
    "notifier.letters": (LetterReturned, LetterReminderDue),
    "notifier.confirmation": (AccountActivated, ConfirmationLinkRequested),
    "notifier.notices": (AccountAlreadyOpen, SecurityNoticeRaised),
    "notifier.security": (
        IdentifierReminderRequested,
        PasswordResetRequested,
        EmailChangeRequested,
        SecurityChanged,
        AccountFrozen,
    ),
    "notifier.account-closed": (AccountClosed,),
    "notifier.member-space": (*REQUEST_EVENTS, *MANDATE_EVENTS),
    "member-space.email-confirmed": (EmailConfirmed,),
    "member-space.account-taken-back": (AccountFrozen, SecurityChanged),
    "member-space.journey": EVENTS,
    "print-shop.batches": (PrintBatch, PrintBatchV1),
}
"""``<consumer>.<purpose>``: one quorum queue per consuming service and purpose (design §4)."""

CRASH_LOOP_LIMIT = 50
"""Deliveries after which the broker itself buries a message: a net for crash loops only, far above any outage."""

LOOKED_AT_LIMIT = 1_000_000
"""Deliveries that a dead letter outlives: each look at it counts as one, and RabbitMQ 4 drops at 20 unless told otherwise."""

_FAILURES = (DEAD_EXCHANGE, *(RETRY_EXCHANGE + tier for tier in RETRY_TIERS))
_EXCHANGES = ("espace.events", "espace.print", "espace.receipts", REPLAY_EXCHANGE, *_FAILURES)
_SAFE = {"overflow": "reject-publish", "dead-letter-strategy": "at-least-once"}


def definitions() -> dict[str, Any]:
    """The whole definitions document, in the form that RabbitMQ imports."""
    return {
        "vhosts": [{"name": VHOST}],
        "users": [{"name": user, "tags": ""} for user in (*SERVICES, PRINT_SHOP)],
        "permissions": [_permission(user) for user in (*SERVICES, PRINT_SHOP)],
        "topic_permissions": [row for user in (*SERVICES, PRINT_SHOP) for row in _topic_permissions(user)],
        "exchanges": [_exchange(name) for name in _EXCHANGES],
        "queues": [_queue(name) for name in _queue_names()],
        "bindings": _bindings(),
        "policies": _policies(),
    }


def _queue_names() -> list[str]:
    own = [name for queue in QUEUES for name in (queue, dead_letter_queue(queue))]
    return own + [RETRY_EXCHANGE + tier for tier in RETRY_TIERS]


def _exchange(name: str) -> dict[str, Any]:
    return {"name": name, "vhost": VHOST, "type": "topic", "durable": True, "auto_delete": False, "arguments": {}}


def _queue(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "vhost": VHOST,
        "durable": True,
        "auto_delete": False,
        "arguments": {"x-queue-type": "quorum"},
    }


def _bind(exchange: str, queue: str, key: str) -> dict[str, Any]:
    return {
        "source": exchange, "vhost": VHOST, "destination": queue, "destination_type": "queue",
        "routing_key": key, "arguments": {},
    }  # fmt: skip


def _bindings() -> list[dict[str, Any]]:
    rows = [_bind(kind.exchange, queue, kind.routing_key()) for queue, kinds in QUEUES.items() for kind in kinds]
    rows += [_bind(DEAD_EXCHANGE, dead_letter_queue(queue), queue) for queue in QUEUES]
    rows += [_bind(REPLAY_EXCHANGE, queue, queue) for queue in QUEUES]
    return rows + [_bind(RETRY_EXCHANGE + tier, RETRY_EXCHANGE + tier, "#") for tier in RETRY_TIERS]


def _policies() -> list[dict[str, Any]]:
    # the dead-letter key is the queue's own name: a policy per queue
    net = {"delivery-limit": CRASH_LOOP_LIMIT, "dead-letter-exchange": DEAD_EXCHANGE, **_SAFE}
    rows = [_policy(queue, queue, {**net, "dead-letter-routing-key": queue}) for queue in QUEUES]
    # no dead-letter key: the message keeps its own, which is the name of the queue it came from
    rows += [
        _policy(
            RETRY_EXCHANGE + tier, RETRY_EXCHANGE + tier, {"message-ttl": delay, "dead-letter-exchange": "", **_SAFE}
        )
        for tier, delay in RETRY_TIERS.items()
    ]
    kept = _policy("dead-letters", DEAD_SUFFIX, {"delivery-limit": LOOKED_AT_LIMIT})
    return [*rows, {**kept, "pattern": f"{re.escape(DEAD_SUFFIX)}$"}]


def _policy(name: str, queue: str, definition: dict[str, Any]) -> dict[str, Any]:
    pattern = f"^{re.escape(queue)}$".replace("\\-", "-")
    return {
        "vhost": VHOST,
        "name": name,
        "pattern": pattern,
        "apply-to": "queues",
        "priority": 1,
        "definition": definition,
    }


def _own_queues(user: str) -> list[str]:
    return [queue for queue in QUEUES if queue.startswith(user + ".")]


def _exchanges_written(user: str) -> list[str]:
    published = {kind.exchange for kind in (*EVENTS, *PRINT_MESSAGES) if kind.source == user}
    failures = set(_FAILURES) if _own_queues(user) else set()
    replays = {REPLAY_EXCHANGE} if user in ANSWERS_FOR else set()
    return sorted(published | failures | replays)


def _queues_read(user: str) -> list[str]:
    return _own_queues(user) + [dead_letter_queue(queue) for queue in ANSWERS_FOR.get(user, ())]


def _keys_written(user: str, exchange: str) -> str:
    """Topic permission: what begins with its own name; where failed messages go, only the names of queues.

    A delay holds what it can't hand on, and with 32 of those it hands on nothing: one stray key would stop everybody's.
    """
    if exchange == REPLAY_EXCHANGE:
        return _one_of(list(ANSWERS_FOR[user]))
    if exchange in _FAILURES:
        return _one_of(_own_queues(user))
    return f"^{re.escape(user)}\\.".replace("\\-", "-")


def _permission(user: str) -> dict[str, Any]:
    return {
        "user": user, "vhost": VHOST, "configure": "^$",
        "write": _one_of(_exchanges_written(user)), "read": _one_of(_queues_read(user)),
    }  # fmt: skip


def _topic_permissions(user: str) -> list[dict[str, Any]]:
    return [
        {
            "user": user,
            "vhost": VHOST,
            "exchange": exchange,
            "write": _keys_written(user, exchange),
            "read": "^$",
        }
        for exchange in _exchanges_written(user)
    ]


def _one_of(names: list[str]) -> str:
    return "^(" + "|".join(re.escape(name).replace("\\-", "-") for name in names) + ")$" if names else "^$"


def main() -> int:
    """Write the file, or compare with it."""
    target = Path(__file__).with_name("definitions.json")
    text = json.dumps(definitions(), indent=1, ensure_ascii=False) + "\n"
    if "--check" in sys.argv:
        in_step = target.exists() and target.read_text() == text
        if not in_step:
            sys.stderr.write("deploy/broker/definitions.json is out of step: run make definitions\n")
        return 0 if in_step else 1
    target.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
