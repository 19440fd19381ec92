"""The visible name follows the content."""

import re
from datetime import date
from uuid import UUID

from letters.batches.serial import batch_serial
from shared.contracts.print_batch import PrintBatch

A, B = UUID(int=1), UUID(int=2)


def test_same_content_same_name_other_content_other_name():
    day = date(2026, 11, 23)
    serial = batch_serial(day, [(A, "h1"), (B, "h2")])
    assert serial == batch_serial(day, [(A, "h1"), (B, "h2")])
    others = {
        batch_serial(day, [(B, "h2"), (A, "h1")]),
        batch_serial(day, [(A, "h1")]),
        batch_serial(day, [(A, "h3"), (B, "h2")]),
    }
    assert len(others | {serial}) == 4


def test_form():
    serial = batch_serial(date(2026, 11, 23), [(A, "h")])
    assert serial.startswith("20261123-")
    assert len(serial) == 15
    pattern = PrintBatch.model_fields["serial"].metadata[0].pattern
    assert re.fullmatch(pattern, serial)
