"""IPP's messages: what is sent is as RFC 8010 says, and whatever comes is an answer or refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from print_shop.ipp import IppError, Operation, decode, encode

# RFC 8010 appendix A.2, as far as its attributes go, with two job groups
ANSWER = (
    b"\x02\x00\x00\x00\x00\x00\x00\x01"
    b"\x01\x47\x00\x12attributes-charset\x00\x05utf-8"
    b"\x02\x21\x00\x06job-id\x00\x04\x00\x00\x00\x93\x44\x00\x11job-state-reasons\x00\x04none\x44\x00\x00\x00\x05other"
    b"\x02\x21\x00\x06job-id\x00\x04\x00\x00\x00\x94\x13\x00\x12time-at-processing\x00\x00"
    b"\x03"
)


def test_a_request():
    message = encode(
        Operation.CREATE_JOB, {"printer-uri": "ipp://localhost/printers/p", "my-jobs": True}, {"copies": 1}
    )
    assert message == (
        b"\x02\x00\x00\x05\x00\x00\x00\x01"
        b"\x01\x47\x00\x12attributes-charset\x00\x05utf-8"
        b"\x48\x00\x1battributes-natural-language\x00\x02en"
        b"\x45\x00\x0bprinter-uri\x00\x1aipp://localhost/printers/p"
        b"\x22\x00\x07my-jobs\x00\x01\x01"
        b"\x02\x21\x00\x06copies\x00\x04\x00\x00\x00\x01"
        b"\x03"
    )


def test_several_values_and_a_document():
    message = encode(Operation.SEND_DOCUMENT, {"requested-attributes": ["a", "b"]}, document=b"%PDF")
    assert message.endswith(b"\x44\x00\x14requested-attributes\x00\x01a\x44\x00\x00\x00\x01b\x03%PDF")


def test_an_answer():
    answer = decode(ANSWER)
    assert answer.ok
    assert answer.jobs() == [
        {"job-id": [147], "job-state-reasons": ["none", "other"]},
        {"job-id": [148], "time-at-processing": [None]},
    ]


def test_an_answer_that_refuses():
    assert not decode(b"\x02\x00\x04\x06\x00\x00\x00\x01\x03").ok


@given(st.integers(0, len(ANSWER) - 2))
def test_an_answer_cut_short_is_refused(length):
    with pytest.raises(IppError):
        decode(ANSWER[:length])


@given(st.binary())
def test_whatever_comes(content):
    for message in (content, ANSWER[:8] + content, ANSWER[:36] + content):
        with suppress(IppError):  # and nothing else
            decode(message)
