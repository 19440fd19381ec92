"""A message is published and processed in the trace of whoever wrote it."""

from datetime import UTC, datetime

import pytest
from support.messaging import QUEUE, confirmed
from support.spans import named, recording

from shared.messaging.envelope import open_envelope, seal_envelope
from shared.messaging.spans import process_span, publish_span
from shared.observability.operations import REQUEST
from shared.observability.trace import span_from
from shared.observability.traceparent import trace_id

NOW = datetime(2026, 11, 23, tzinfo=UTC)
FORGED = '","traceparent":"00-11111111111111111111111111111111-2222222222222222-01'


@pytest.mark.parametrize("name", ["Garnier", FORGED, FORGED + '"'])
def test_one_journey_is_one_trace(tmp_path, name):
    event = confirmed(name)
    with recording(tmp_path) as spans:
        with span_from(None, REQUEST) as request:
            sealed = seal_envelope(event, NOW)
        with publish_span(event.exchange, event.routing_key(), sealed.id, event.type(), sealed.body):
            pass
        with process_span(QUEUE, open_envelope(sealed.body)) as processing:
            processing.set({"espace.outcome": "handled"})
            further = seal_envelope(event, NOW)
    assert open_envelope(sealed.body).traceparent == request.traceparent
    published = named(spans, "publish espace.events:activation.email-confirmed.v1")
    processed = named(spans, f"process {QUEUE}")
    assert {span["trace_id"] for span in spans} == {trace_id(request.traceparent)}
    assert published["parent_id"] == processed["parent_id"] == request.traceparent.split("-")[2]
    assert (published["kind"], processed["kind"]) == ("producer", "consumer")
    assert published["attributes"] == {
        "messaging.system": "rabbitmq", "messaging.operation.name": "publish", "messaging.operation.type": "send",
        "messaging.destination.name": "espace.events:activation.email-confirmed.v1",
        "messaging.message.id": str(sealed.id), "cloudevents.event_type": "fr.espace.email-confirmed.v1",
    }  # fmt: skip
    assert processed["attributes"]["espace.outcome"] == "handled"
    assert open_envelope(further.body).traceparent == processing.traceparent


def test_a_message_without_a_trace_begins_one(tmp_path):
    event = confirmed()
    with recording(tmp_path) as spans, publish_span(event.exchange, event.routing_key(), event.person_id, "x", b"{}"):
        pass
    (published,) = spans
    assert published["parent_id"] is None
    assert "cloudevents.event_type" not in published["attributes"]
