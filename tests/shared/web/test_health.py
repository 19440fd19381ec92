"""Health routes: what an orchestrator asks."""

import pytest

from shared.web.health import Readiness, health_router


async def test_a_ready_service_says_so(app, client):
    assert (await client.get("/livez")).json() == {"alive": True}
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"]) == (200, {"database": True, "mail": True})


@pytest.mark.parametrize(
    ("name", "found", "status"),
    [("database", False, 503), ("database", OSError("x"), 503), ("mail", False, 200), ("mail", OSError("x"), 200)],
)
async def test_only_required_checks_count(app, client, name, found, status):
    app.state.checks[name] = found
    answer = await client.get("/readyz")
    assert answer.status_code == status
    assert answer.json()["checks"][name] is False
    assert (await client.get("/livez")).status_code == 200


async def test_a_check_that_hangs_is_a_no(app, client, monkeypatch):
    monkeypatch.setattr("shared.web.health.CHECK_SECONDS", 0.05)
    app.state.checks["database"] = "hangs"
    assert (await client.get("/readyz")).status_code == 503


async def test_a_stopping_service_is_not_ready(app, client):
    app.state.readiness.stop()
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["stopping"] is True


async def test_metrics_are_prometheus_text(client):
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert "# HELP python_info" in answer.text


def test_a_required_check_must_exist():
    with pytest.raises(ValueError, match="broker"):
        health_router({}, {"broker"}, Readiness())
