"""What services warn of is on the operations page in French; replicas without alerts are understood."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from markupsafe import escape
from pydantic import TypeAdapter
from support.at_desk import AtDesk

from member_space.operations.overview import Overview, Told
from member_space.operations.words import alert_of
from member_space.settings import Settings
from shared.operations.state import State
from shared.security.assertions import Role

OLD = b'{"service": "letters", "queues": [], "outbox_waiting": 0, "outbox_oldest_seconds": 0.0, "retries": {}}'
CODE = "guessing-over-many-accounts"
OF_LETTERS = (
    "letters-promise-broken", "letters-promise-near", "letters-count-doubt", "letters-batch-overdue", "letters-canary-missing",
)  # fmt: skip


def test_a_replica_of_before_raises_nothing():
    state = TypeAdapter(State).validate_json(OLD)
    assert state.alerts == []
    assert Overview([Told("letters", state)]).alerts == []


def test_an_alert_is_told_once_and_an_unknown_one_is_not_lost():
    states = [State("activation", [], 0, 0.0, alerts=[CODE]), State("letters", None, 0, 0.0, alerts=["other", CODE])]
    told = Overview([Told(state.service, state) for state in states] + [Told("notifier", None, "absent")])
    assert told.alerts == [CODE, "other"]
    assert "de nombreux comptes" in alert_of(CODE)
    assert alert_of("other").endswith("other")


@pytest.mark.parametrize("code", OF_LETTERS)
def test_alerts_of_the_print_room_lead_to_its_page(code):
    assert "«\u00a0Courriers\u00a0»" in alert_of(code)


class _Answer(BaseHTTPRequestHandler):
    """Activation as it answers operations while there is an alert."""

    def do_GET(self) -> None:
        content = TypeAdapter(State).dump_json(State("activation", [], 0, 0.0, alerts=[CODE]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def settings(settings: Settings) -> Iterator[Settings]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield settings.model_copy(update={"service_addresses": f"activation=http://127.0.0.1:{server.server_port}"})
    server.shutdown()
    thread.join()
    server.server_close()


async def test_the_page_shows_it_above_all_else(client, activation) -> None:
    page = await AtDesk(client, activation, Role.EXPLOITATION).get("/gestion/exploitation")
    assert page.status_code == 200
    assert page.text.count('role="alert"') == 1
    assert page.text.index('role="alert"') < page.text.index("en échec,")
    assert escape(alert_of(CODE)) in page.text


async def test_the_page_is_for_operations(client, activation) -> None:
    assert (await AtDesk(client, activation, Role.CONSEILLER).get("/gestion/exploitation")).status_code == 403
