"""The whole journey on the running system, and what a restart in its middle does to it: nothing that people see."""

import httpx
import pytest

from launcher.story import Journey


@pytest.fixture
def journey(running, someone):
    journey = Journey(running.places, someone())
    yield journey
    journey.member.close()


def test_someone_gets_from_the_form_to_their_space(journey):
    for _, play in journey.steps():
        assert play()
    assert journey.person.family_name in journey.member.heading


PARTS = (
    "registration",
    "activation",
    "letters",
    "notifier",
    "member-space",
    "print-shop",
    "gateway",
    "rabbitmq",
    "postgres",
)


@pytest.mark.parametrize(("part", "kill"), [*((part, False) for part in PARTS), ("rabbitmq", True), ("postgres", True)])
def test_a_restart_in_the_middle_lets_the_journey_go_on(running, journey, part, kill):
    journey.ask()
    running.do(running.system.restart(part, kill=kill))
    journey.receive_letter()
    journey.receive_notice()
    running.do(running.system.healthy())
    journey.activate()
    running.do(running.system.restart(part, kill=kill))
    journey.receive_confirmation()
    running.do(running.system.healthy())
    journey.confirm()
    journey.sign_in()
    assert journey.person.family_name in journey.see_space()


def test_nothing_internal_is_reachable_through_the_gateway(running):
    for path in ("/internal/session", "/internal/keys", "/metrics", "/livez", "/readyz", "/compte/../internal/keys"):
        assert httpx.get(running.places.site + path, timeout=10).status_code == 404, path
    assert httpx.get(running.places.site + "/healthz", timeout=10).status_code == 200


def test_the_space_is_closed_to_whoever_is_not_signed_in(running):
    answer = httpx.get(running.places.site + "/espace/", headers={"Accept": "text/html"}, timeout=10)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/connexion")
    forged = {"X-Espace-Assertion": "e30.e30.e30", "Accept": "text/html"}
    assert httpx.get(running.places.site + "/espace/", headers=forged, timeout=10).status_code == 303
