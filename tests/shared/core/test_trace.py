"""Spans and their context, without any exporter and with one to a file."""

import subprocess
import sys
from uuid import uuid4

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st
from support.spans import named, recording

from shared.observability.operations import MAKE_BATCH, POST_LETTER, PROCESS, REQUEST, SEND_MAIL
from shared.observability.trace import current_trace, span, span_from
from shared.observability.traceparent import next_traceparent, trace_id, well_formed

RECEIVED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
MALFORMED = [
    None, "", "00", "secret", RECEIVED.upper(), RECEIVED + "\n", " " + RECEIVED, RECEIVED + "-00", "01" + RECEIVED[2:],
    "ff" + RECEIVED[2:], RECEIVED[:3] + "0" * 32 + RECEIVED[35:], RECEIVED[:36] + "0" * 16 + RECEIVED[52:],
]  # fmt: skip


def bound_trace_id():
    return structlog.contextvars.get_contextvars().get("trace_id")


def check_context():
    """A journey goes on, parts are its parts, and nothing of it stays behind."""
    before = current_trace()
    with span_from(RECEIVED, PROCESS) as outer:
        assert current_trace() == outer.traceparent
        assert trace_id(outer.traceparent) == trace_id(RECEIVED) == bound_trace_id()
        assert outer.traceparent != RECEIVED
        with span(POST_LETTER) as inner:
            assert trace_id(inner.traceparent) == trace_id(RECEIVED) == bound_trace_id()
            assert inner.traceparent != outer.traceparent
        with span_from(None, REQUEST) as other:
            assert trace_id(other.traceparent) != trace_id(RECEIVED)
            assert bound_trace_id() == trace_id(other.traceparent)
        assert bound_trace_id() == trace_id(RECEIVED)
    assert bound_trace_id() is None
    assert trace_id(current_trace()) not in {trace_id(RECEIVED), trace_id(before)}


def test_a_journey_goes_on_without_a_recorder():
    check_context()


def test_a_journey_goes_on_with_a_recorder(tmp_path):
    with recording(tmp_path) as spans:
        check_context()
    outer, inner = named(spans, "process"), named(spans, "post letter")
    assert outer["parent_id"] == RECEIVED.split("-")[2]
    assert inner["parent_id"] == outer["span_id"]
    assert named(spans, "server")["parent_id"] is None


@pytest.mark.parametrize("received", MALFORMED)
def test_a_malformed_traceparent_is_as_good_as_none(received):
    assert well_formed(received) is None
    with span_from(received, PROCESS) as begun:
        assert well_formed(begun.traceparent)
        assert trace_id(begun.traceparent) != trace_id(RECEIVED)


@given(st.text() | st.none())
def test_whatever_is_received_a_span_has_a_well_formed_traceparent(received):
    with span_from(received, PROCESS) as begun:
        assert well_formed(begun.traceparent)


def test_what_another_decided_not_to_sample_stays_so(tmp_path):
    assert next_traceparent(RECEIVED[:-1] + "0").endswith("-00")
    with recording(tmp_path) as spans, span_from(RECEIVED[:-1] + "0", PROCESS) as unsampled:
        assert unsampled.traceparent.endswith("-00")
    assert spans == []


def test_a_batch_is_linked_to_the_journeys_of_its_letters(tmp_path):
    with recording(tmp_path) as spans, span_from(None, MAKE_BATCH, links=[RECEIVED, None, "malformed"]):
        pass
    assert named(spans, "make print batch")["links"] == [
        {"trace_id": trace_id(RECEIVED), "span_id": RECEIVED.split("-")[2]}
    ]


def test_a_failure_is_told_by_its_type_alone(tmp_path):
    delivery = uuid4()
    with recording(tmp_path) as spans:
        with pytest.raises(ValueError, match="jeanne"), span(SEND_MAIL, {"espace.delivery_id": delivery}):
            raise ValueError("jeanne@exemple.fr has no mailbox")
        with span(POST_LETTER) as answered:
            answered.failed(451)
    assert named(spans, "send mail") | {"attributes": {}, "status": "error"} == named(spans, "send mail") | {
        "attributes": {}
    }
    assert named(spans, "send mail")["attributes"] == {"espace.delivery_id": str(delivery), "error.type": "ValueError"}
    assert named(spans, "post letter")["attributes"] == {"error.type": "451"}
    assert "jeanne" not in (tmp_path / "spans.jsonl").read_text()


def test_without_an_exporter_nothing_of_the_sdk_is_imported():
    script = """
import sys
from shared.observability.trace_export import configure_traces
from shared.service import Service
configure_traces("example").close()
print([name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter", "google.protobuf"))])
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
