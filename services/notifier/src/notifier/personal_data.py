"""What this service keeps of a person, for a copy of it (``notifier export-person``)."""

from collections.abc import Mapping

from notifier.models import Delivery
from shared.export_command import Part

PARTS = (
    Part(
        Delivery,
        left_out={
            "sealed_token": "opens an account, or the page of a letter",
            "traceparent": "the number of a trace",
        },
        kind="template",
        others={"access-revoked-delegate": "goes to the delegate, at an address that the grantor need not know"},
    ),
)
NOBODYS: Mapping[str, str] = {}
"""Tables without a person → why."""
