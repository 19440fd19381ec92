import json
import subprocess
import sys

SCRIPT = """
import logging, sys, structlog
from shared.observability.logs import configure_logs
configure_logs("example", sys.argv[1])
log = structlog.get_logger()
log.info("request", route="/compte/creer", status=303, email="jeanne@exemple.fr", nir="1850578006084")
try:
    raise ValueError("jeanne@exemple.fr is not a number")
except ValueError:
    log.exception("handler failed", queue="q")
logging.getLogger("library").error("SELECT for %s failed", "jeanne@exemple.fr")
logging.getLogger("library").debug("read %s", "jeanne@exemple.fr")
"""


def run(level):
    return subprocess.run([sys.executable, "-c", SCRIPT, level], capture_output=True, text=True, check=True)


def test_only_allowed_fields_reach_the_log_and_exceptions_do_not_quote_people():
    ran = run("INFO")
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    assert "jeanne" not in ran.stdout + ran.stderr
    assert "1850578006084" not in ran.stdout
    assert lines[0] | {"timestamp": ""} == {
        "event": "request", "route": "/compte/creer", "status": 303, "service": "example", "level": "info", "timestamp": "",
    }  # fmt: skip
    assert lines[1]["exc_type"] == "ValueError"
    assert lines[1]["frames"]
    assert lines[2]["event"].startswith("library: ")
    assert len(lines) == 3


def test_at_debug_libraries_tell_where_they_pass_and_still_quote_nobody():
    ran = run("DEBUG")
    last = json.loads(ran.stdout.splitlines()[-1])
    assert (last["level"], last["event"].partition(":")[0]) == ("debug", "library")
    assert "jeanne" not in ran.stdout + ran.stderr
