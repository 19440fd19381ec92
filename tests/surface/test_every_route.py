"""Every route of every service, pages and internal addresses too, is sent what nobody should send: schemathesis on a document
of all of them. No answer is a failure, tells of the inside or gives back unescaped what was typed; all have their headers.

``SCHEMA_SEED`` repeats a run, ``SURFACE_EXAMPLES`` makes it longer.
"""

import os
import random
import re

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase
from support.every_service import PACKAGES, SETTINGS, create_app
from support.seeds import SCHEMA_SEED
from support.whole_surface import document, forms_of, routes_of
from surface import people, typed
from surface.good import GOOD
from surface.manners import check, told

from shared.security.key_ring import KeyRing
from shared.web.csrf import FormSigner

EXAMPLES = int(os.environ.get("SURFACE_EXAMPLES") or 6)
"""A route."""
METHODS = ("GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "X-Q1")
ACCEPTED = ("text/html,*/*;q=0.8", "application/json", "*/*", "", "image/png", "text/html;q=0, a/b")
SIGNER = FormSigner(KeyRing.parse(SETTINGS["form_keys"]))

schemathesis.openapi.format("typed", typed.typed)
schemathesis.openapi.format("header", typed.headers)
CONFIG = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": False}, "examples": {"enabled": False}}})
APPS = {package: create_app(package) for package in PACKAGES}
DOCUMENTS = {package: document(app, GOOD) for package, app in APPS.items()}


def filled(case: schemathesis.Case, chance: random.Random) -> None:
    """Of a form, mostly: the token of our own page, and good answers but for two fields, so that what is behind is reached."""
    if not isinstance(case.body, dict) or case.media_type == "application/json":
        return
    if chance.random() < 0.7:
        content = case.operation.definition.raw["requestBody"]["content"]
        known = {
            name: chance.choice(GOOD[name]) for name in content[case.media_type]["schema"]["properties"] if name in GOOD
        }
        odd = chance.sample(sorted(case.body), min(len(case.body), chance.randrange(3)))
        case.body = {**case.body, **known, **{name: case.body[name] for name in odd}}
    if chance.random() < 0.9:
        token = SIGNER.issue(people.VISITOR)
        case.body = {**case.body, "form_token": token.token, "submission_id": str(token.submission_id)}


def fuzz(package: str):
    schema = schemathesis.openapi.from_dict(DOCUMENTS[package], config=CONFIG)

    @schema.parametrize()
    @hypothesis.seed(SCHEMA_SEED)
    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, print_blob=True, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def test(case, services, session) -> None:
        chance = random.Random(repr((case.path_parameters, case.query, case.headers, case.body)))
        filled(case, chance)
        given = people.headers(package, case.path, chance) | {"Accept": chance.choice(ACCEPTED)}
        asked = case.as_transport_kwargs(base_url=services.address(package), headers=given)
        answer = session.request(**asked, timeout=30, allow_redirects=False)
        check(answer)

    return test


@pytest.mark.parametrize("package", PACKAGES)
def test_what_is_asked_for_is_reached(package, services, session) -> None:
    """Else nothing but refusals would have been looked at. First of all: what is sent later ends mandates and the like."""
    chance, closed = random.Random(SCHEMA_SEED), []
    pages = [
        path for path, of in DOCUMENTS[package]["paths"].items() if "get" in of and not path.startswith("/internal")
    ]
    for path in pages:
        for _ in range(TRIES):
            given = people.headers(package, path, chance)
            answer = session.get(
                f"{services.address(package)}{address_of(path, chance)}", headers=given, timeout=30, allow_redirects=False
            )  # fmt: skip
            check(answer)
            if answer.status_code < 400:
                break
        else:
            closed.append(path)
    assert len(closed) < len(pages) / 3, closed


TRIES = 8
"""Until somebody of the right role meets something that is theirs."""


def address_of(path: str, chance: random.Random) -> str:
    return re.sub(r"{(\w+)}", lambda name: chance.choice(GOOD.get(name[1], ["x"])), path)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_other_method_is_answered(package, services, session) -> None:
    paths = DOCUMENTS[package]["paths"]
    for path, method in [(path, method) for path in paths for method in METHODS if method.lower() not in paths[path]]:
        address = address_of(path, random.Random(0))
        given = people.headers(package, path, random.Random(0))
        answer = session.request(
            method, f"{services.address(package)}{address}", headers=given, timeout=30, allow_redirects=False
        )  # fmt: skip
        check(answer)
        assert answer.status_code in {403, 404, 405}, told(answer)
        assert answer.status_code != 405 or "TRACE" not in answer.headers["Allow"]


@pytest.mark.parametrize("package", PACKAGES)
def test_nothing_has_gone_wrong_meanwhile(package, services) -> None:
    """The last test of this file: what every answer said, the logs say, too."""
    troubles = services.replicas[package].troubles()
    assert troubles == []


test_registration = fuzz("registration")
test_activation = fuzz("activation")
test_letters = fuzz("letters")
test_notifier = fuzz("notifier")
test_member_space = fuzz("member_space")


@pytest.mark.parametrize("package", PACKAGES)
def test_no_route_is_left_out(package) -> None:
    known = {(method.upper(), path) for path, of in DOCUMENTS[package]["paths"].items() for method in of}
    assert known == {(method, path) for method, path, _ in routes_of(APPS[package])}
    schema = schemathesis.openapi.from_dict(DOCUMENTS[package])
    asked = {(one.ok().method.upper(), one.ok().path) for one in schema.get_all_operations()}
    assert asked == known
    for method, path, route in routes_of(APPS[package]):
        assert method in {"GET", "POST"}, path
        if method == "POST" and not route.dependant.body_params:
            assert forms_of(APPS[package], route.endpoint) or path in WITHOUT_FORM, path


WITHOUT_FORM = {
    "/deconnexion", "/gestion/deconnexion", "/compte/cree", "/compte/confirmer", "/compte/adresse/confirmer",
    "/compte/signaler", "/compte/securite/connexions", "/compte/securite/adresse/suivi",
    "/compte/securite/double-verification/codes", "/compte/suivi-du-courrier", "/impression/lots/{batch_id}/{run}",
    "/espace/delegations/invitation/accepter", "/espace/delegations/invitation/refuser", "/espace/delegations/{mandate}/fin",
}  # fmt: skip
"""Buttons alone; what they send besides is in ``whole_surface.BESIDE``."""
