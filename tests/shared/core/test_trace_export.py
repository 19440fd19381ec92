"""Spans on their way out, to a real OTLP receiver and to a file: whole, and without a word of a visitor's."""

import asyncio
import json

import pytest
from support.collector import collecting
from support.messaging import until
from support.sample_service import SECRETS, TRACE, serving, visit

from shared.observability.operations import PROCESS, SEND_MAIL
from shared.observability.trace import span, span_from
from shared.observability.trace_export import configure_traces

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
RECEIVED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def collector(monkeypatch):
    with collecting() as one:
        monkeypatch.setenv(ENDPOINT, one.url)
        yield one


def test_a_collector_gets_whole_spans(collector):
    traces = configure_traces("letters")
    with (
        span_from(RECEIVED, PROCESS, {"messaging.destination.name": "letters.account-requested"}),
        span(SEND_MAIL) as mail,
    ):
        mail.failed(451)
    traces.close()
    traces.close()
    assert collector.paths == ["/v1/traces"]
    mail, process = collector.spans
    assert collector.services == {"letters"}
    assert process.name == "process letters.account-requested"
    assert process.trace_id.hex() == mail.trace_id.hex() == RECEIVED.split("-")[1]
    assert process.parent_span_id.hex() == RECEIVED.split("-")[2]
    assert mail.parent_span_id == process.span_id
    assert process.kind == process.SPAN_KIND_CONSUMER
    assert process.status.code == process.status.STATUS_CODE_UNSET
    assert mail.status.code == mail.status.STATUS_CODE_ERROR
    assert mail.status.message == ""
    assert [(one.key, one.value.string_value) for one in mail.attributes] == [("error.type", "451")]
    assert mail.start_time_unix_nano <= mail.end_time_unix_nano


async def test_a_request_leaves_nothing_of_what_a_visitor_sent(collector, monkeypatch, tmp_path, free_port):
    monkeypatch.setenv("TRACE_FILE", str(tmp_path / "spans.jsonl"))
    monkeypatch.setenv("FASTAPI_OTEL_AUTO_CONFIGURE", "true")
    async with serving(free_port) as client:
        await visit(client)
    exported = b"".join(collector.bodies).decode(errors="replace") + (tmp_path / "spans.jsonl").read_text()
    for secret in SECRETS:
        assert secret not in exported
    assert bytes.fromhex(TRACE) not in b"".join(collector.bodies)
    assert set(collector.paths) == {"/v1/traces"}
    lines = [json.loads(line) for line in (tmp_path / "spans.jsonl").read_text().splitlines()]
    assert {span["name"] for span in lines} == {"POST /compte/{token}", "GET /fails", "GET", "HTTP /compte/{token}"}
    assert {span.name for span in collector.spans} == {span["name"] for span in lines}
    failed = next(span for span in lines if span["name"] == "GET /fails")
    assert failed["attributes"] == {
        "http.request.method": "GET", "http.route": "/fails", "http.response.status_code": 500, "error.type": "ValueError",
    }  # fmt: skip
    assert {span["parent_id"] for span in lines} == {None}


def test_nothing_is_recorded_unless_asked_for(collector, monkeypatch, tmp_path):
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    monkeypatch.setenv("TRACE_FILE", str(tmp_path / "spans.jsonl"))
    traces = configure_traces("letters")
    with span(SEND_MAIL):
        pass
    traces.close()
    assert collector.bodies == []
    assert not (tmp_path / "spans.jsonl").exists()


async def test_spans_leave_while_a_service_runs(monkeypatch, tmp_path):
    file = tmp_path / "var" / "traces" / "letters.jsonl"
    monkeypatch.setenv("TRACE_FILE", str(file))
    traces = configure_traces("letters")
    with span(SEND_MAIL):
        pass

    async def written():
        return "send mail" in file.read_text()

    await until(written)
    assert file.stat().st_mode & 0o077 == 0
    await asyncio.to_thread(traces.close)
