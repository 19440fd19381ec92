"""What this service keeps of a person, for a copy of it (``letters export-person``)."""

from collections.abc import Mapping

from letters.models import Letter
from shared.export_command import Part

PARTS = (
    Part(
        Letter,
        left_out={
            "number_fingerprints": "keyed fingerprints: no number can be read back",
            "password_hash": "opens an account",
            "claim": "of the work in hand",
            "claimed_until": "of the work in hand",
            "sealed_tracking": "opens a page: sealed for the notifier",
            "told_by": "the number of an event",
            "traceparent": "the number of a trace",
        },
    ),
)
NOBODYS: Mapping[str, str] = {
    "batch_note": "counts and times of many letters; reasons and names of the staff",
    "canary_receipt": "a test letter to the staff's own address",
    "remade_sheet": "mark and place of a sheet that was destroyed: it says no more than its letter does",
    "print_batch": "counts and checksums of many letters",
    "sealed_file": "sealed for the print shop: nobody here can open it",
}
"""Tables without a person → why."""
