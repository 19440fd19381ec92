"""What this service keeps of a person, for a copy of it (``registration export-person``)."""

from collections.abc import Mapping

from registration.models import AccountRequest, AccountState, AddressChange, IdentifierRequest, Person, PersonNumber
from shared.export_command import Part

_INTERNAL = "an id of our own, which says nothing"

PARTS = (
    Part(Person, "id"),
    Part(PersonNumber, left_out={"fingerprint": "a keyed fingerprint: the number can't be read back"}),
    Part(AddressChange, left_out={"report_id": _INTERNAL}),
    Part(AccountState),
    Part(
        AccountRequest,
        left_out={
            "submission_id": _INTERNAL,
            "tracking_digest": "opens the page of a letter: its token is in the mails alone",
            "news": "locked with that token: it can't be read here",
            "address_fingerprint": "a keyed fingerprint: the address can't be read back",
        },
    ),
    Part(IdentifierRequest, left_out={"submission_id": _INTERNAL}),
)
NOBODYS: Mapping[str, str] = {"used_captcha": "says nothing of who answered it"}
"""Tables without a person → why."""
