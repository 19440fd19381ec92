"""A collector that is away, silent, slow or wrongly named costs spans, and neither time nor a service."""

import os
import socket
import subprocess
import sys
import time

import pytest
from support.collector import collecting
from support.sample_service import serving, visit

from shared.observability import recording
from shared.observability.operations import SEND_MAIL
from shared.observability.trace import span
from shared.observability.trace_export import CLOSE_SECONDS, configure_traces

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"


def closing_takes(traces):
    began = time.monotonic()
    traces.close()
    return time.monotonic() - began


@pytest.mark.parametrize("how", ["refused", "silent", "slow", "unavailable"])
def test_a_collector_that_is_away_costs_spans_and_no_time(how, monkeypatch, free_port):
    with collecting() as collector, socket.create_server(("127.0.0.1", 0)) as silent:
        url = {"refused": f"http://127.0.0.1:{free_port}", "silent": f"http://127.0.0.1:{silent.getsockname()[1]}"}
        monkeypatch.setenv(ENDPOINT, url.get(how, collector.url))
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")
        if how == "slow":
            collector.answers.clear()
        collector.status = 503
        traces = configure_traces("letters")
        began = time.monotonic()
        for _ in range(5_000):  # more than the queue holds: ten batches, and the exporter waits 10 s for each
            with span(SEND_MAIL):
                pass
        assert time.monotonic() - began < 10
        assert closing_takes(traces) < CLOSE_SECONDS + 2
    assert recording.recorder is None


async def test_a_service_ends_in_time_though_its_collector_does_not_answer(monkeypatch, free_port):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv(ENDPOINT, f"http://127.0.0.1:{silent.getsockname()[1]}")
        async with serving(free_port) as client:
            assert (await client.get("/livez")).status_code == 200
            await visit(client)
            began = time.monotonic()
        assert time.monotonic() - began < CLOSE_SECONDS + 6


@pytest.mark.parametrize(
    ("wrong", "value"),
    [
        ("TRACE_FILE", "/proc/nowhere/spans.jsonl"),
        (ENDPOINT, "not an address"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "many"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "rot13"),
    ],
)
def test_a_mistake_in_the_environment_stops_no_service(wrong, value, monkeypatch):
    monkeypatch.setenv(ENDPOINT, "http://127.0.0.1:1")
    monkeypatch.setenv(wrong, value)
    traces = configure_traces("letters")
    with span(SEND_MAIL) as begun:
        assert begun.traceparent
    assert closing_takes(traces) < CLOSE_SECONDS + 2


def test_the_sdk_s_own_words_about_a_lost_batch_quote_nothing(free_port):
    script = """
import os
from shared.observability.logs import configure_logs
from shared.observability.trace_export import configure_traces
from shared.observability.operations import SEND_MAIL
from shared.observability.trace import span
configure_logs("example", "DEBUG")
traces = configure_traces("example")
with span(SEND_MAIL): pass
traces.close()
"""
    secret = "a-password-in-an-address"
    environment = {**os.environ, ENDPOINT: f"http://user:{secret}@127.0.0.1:{free_port}"}
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert secret not in ran.stdout + ran.stderr
