"""Golden messages as an earlier, a minimal and a later producer send them, and what each must change in which service.

Every one is about people and letters of its own, so that the effect of one can't pass for another's.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from contracts.golden_files import of_type
from support.every_service import NOTIFIER_KEY

from shared.contracts.event import Message
from shared.contracts.events import EVENTS, MANDATE_EVENTS, REQUEST_EVENTS, AccessRevoked, AddressChanged
from shared.contracts.schemas import FOLDER, MESSAGES, schema_name
from shared.security.sealing import SealingKey
from shared.security.tokens import new_token

Document = dict[str, Any]

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_PERSON = ("civility", "given_name", "family_name", "email")


@dataclass(frozen=True)
class Effect:
    """One row of one table, found by a field of the message, which has the values of the message in ``told``.

    ``event_id`` is, beside the fields, the id of the envelope.
    """

    package: str
    table: str
    column: str
    field: str
    told: tuple[str, ...] = ()
    queue: str = ""
    """The queue by which the message comes there, where a service has several for one message."""


def _mail(field: str = "email") -> Effect:
    return Effect("notifier", "delivery", "recipient", field)


def fields(document: Document) -> Document:
    """What an effect may be found by."""
    return document["data"] | {"event_id": document["id"]}


EFFECTS: dict[str, tuple[Effect, ...]] = {
    "account-requested": (
        Effect("letters", "letter", "request_id", "request_id",
               (*_PERSON, "birth_date", "number_fingerprints", "address_lines", "postal_zone")),
    ),
    "letter-printed": (
        Effect("activation", "provisional_letter", "letter_id", "letter_id",
               (*_PERSON, "birth_date", "number_fingerprints", "password_hash")),
        _mail(),
    ),
    "letter-returned": (Effect("activation", "returned_letter", "letter_id", "letter_id"), _mail()),
    "letter-reminder-due": (_mail(),),
    "account-activated": (Effect("registration", "account_state", "person_id", "person_id"), _mail()),
    "email-confirmed": (
        Effect("registration", "account_state", "person_id", "person_id", ("email",)),
        Effect("member_space", "space", "person_id", "person_id", (*_PERSON, "account_id"),
               "member-space.email-confirmed"),
    ),
    "confirmation-link-requested": (_mail(),),
    "account-already-open": (_mail(),),
    "security-notice-raised": (_mail(),),
    "identifier-reminder-requested": (_mail(),),
    "recovery-letter-requested": (Effect("activation", "recovery_request", "request_id", "request_id"),),
    "password-reset-requested": (_mail(),),
    "email-change-requested": (_mail(),),
    "security-changed": (_mail(),),
    "account-frozen": (Effect("registration", "account_state", "person_id", "person_id"), _mail()),
    "address-changed": (
        Effect("registration", "address_change", "person_id", "person_id", ("report_id",)), _mail(),
    ),
    "access-revoked": (_mail(), _mail("delegate_email")),
    **{kind.name: (_mail(),) for kind in (*REQUEST_EVENTS, *MANDATE_EVENTS) if kind not in {AddressChanged, AccessRevoked}},
}  # fmt: skip
"""Message name → its effects. The two about print batches have tests of their own."""
# of an account that is not there (any more) nothing changes: only that it was heard
EFFECTS["account-closed"] += tuple(
    Effect(package, "inbox", "message_id", "event_id", queue=queue)
    for package, queue in {
        "activation": "activation.account-closed",
        "registration": "registration.account-state",
        "letters": "letters.account-closed",
        "notifier": "notifier.account-closed",
    }.items()
)
for heard in ("account-frozen", "security-changed"):  # somebody who has no space has given nobody a way in
    EFFECTS[heard] += (
        Effect("member_space", "inbox", "message_id", "event_id", queue="member-space.account-taken-back"),
    )
for told in ("mail-sent", "mail-given-up"):  # of a letter that is not there nothing changes
    EFFECTS[told] = (
        *EFFECTS.get(told, ()), Effect("letters", "inbox", "message_id", "event_id", queue="letters.mails")
    )  # fmt: skip
for told, queue in {  # of a request that is kept no longer nothing is noted
    "letter-printed": "registration.letters",
    "letter-returned": "registration.letters",
    "activation-refused": "registration.activation-refused",
}.items():
    EFFECTS[told] = (
        *EFFECTS.get(told, ()), Effect("registration", "inbox", "message_id", "event_id", queue=queue)
    )  # fmt: skip
_TIMELINE = Effect("member_space", "timeline_entry", "event_id", "event_id", ("person_id",), "member-space.journey")
EFFECTS |= {kind.name: (*EFFECTS.get(kind.name, ()), _TIMELINE) for kind in EVENTS}

KINDS = [kind for kind in MESSAGES if kind.name in EFFECTS]
_TESTS_NOTIFIER = SealingKey("n1", bytes(NOTIFIER_KEY.public_key))


def told_by_each(kind: type[Message], notifier: SealingKey = _TESTS_NOTIFIER) -> Iterator[tuple[str, Document]]:
    """What was said (by which producer) and how: each golden message in three ways, secrets sealed to that notifier."""
    required = json.loads((FOLDER / schema_name(kind)).read_text())["required"]
    for path in of_type(kind):
        yield f"{path.stem} as it was sent", _of_its_own(path.read_text(), notifier)
        fewer = _of_its_own(path.read_text(), notifier)
        fewer["data"] = {name: value for name, value in fewer["data"].items() if name in required}
        yield f"{path.stem} without what is optional", _without(fewer, "traceparent", "datacontenttype", "dataschema")
        more = _of_its_own(path.read_text(), notifier) | {"attributeaddedlater": "x"}
        more["data"]["added_later"] = {"any": ["thing"]}
        yield f"{path.stem} from a later producer", more


def _of_its_own(text: str, notifier: SealingKey) -> Document:
    """The message with other ids (the same one everywhere it stands), an address of its own, and times yet to come."""
    ids: dict[str, str] = {}
    document: Document = json.loads(_UUID.sub(lambda found: ids.setdefault(found[0], str(uuid4())), text))
    document["id"] = str(uuid4())
    later = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    fresh = {"email": f"{document['id']}@exemple.fr", "valid_until": later, "token_expires_at": later}
    fresh["delegate_email"] = f"d-{document['id']}@exemple.fr"
    fresh |= {name: notifier.seal_text(new_token()) for name in ("sealed_token", "sealed_tracking")}
    document["data"] |= {name: value for name, value in fresh.items() if name in document["data"]}
    return document


def _without(document: Document, *names: str) -> Document:
    return {name: value for name, value in document.items() if name not in names}
