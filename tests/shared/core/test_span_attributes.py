"""Nothing that a person types gets into a span, by whatever attribute it is handed over."""

import json
import string
from typing import get_args
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.spans import named, recording

from shared.observability.operations import PROCESS, REQUEST
from shared.observability.span_attributes import ALLOWED, LONGEST, Attribute, only_allowed
from shared.observability.trace import span, span_from

NAMES = st.sampled_from(get_args(Attribute)) | st.text()

CAPITALS_AND_DIGITS = string.ascii_uppercase + string.digits
TYPED = (
    st.emails()
    | st.from_regex(r"[12][0-9]{12,14}", fullmatch=True)  # numéro de sécurité sociale
    | st.from_regex(r"[0-9]{5,8}", fullmatch=True)  # numéro d’adhérent, postcode
    | st.from_regex(r"[A-ZÉ][a-zéèçï]+([ -][A-ZÉ][a-zéèçï]+)?", fullmatch=True)  # names
    | st.from_regex(r"[0-9]{1,3} rue [A-Z][a-z]+", fullmatch=True)
    | st.from_regex(r"[A-HJ-NP-Z2-9]{4}(-[A-HJ-NP-Z2-9]{4}){3}", fullmatch=True)  # mot de passe provisoire
    | st.text(CAPITALS_AND_DIGITS + string.ascii_lowercase + "-_", min_size=20).filter(
        lambda text: any(sign in CAPITALS_AND_DIGITS for sign in text)
    )  # tokens
    | st.dates().map(str)
)


def in_a_path(typed):
    return st.sampled_from([typed, f"/{typed}", f"/compte/{typed}", f"/compte/confirmer?jeton={typed}", f"{typed}:x.y"])


@given(NAMES, TYPED.flatmap(in_a_path))
def test_what_people_type_fits_no_attribute(name, typed):
    kept = only_allowed({name: typed})
    assert kept in ({}, {"http.request.method": "_OTHER"})


@given(
    st.dictionaries(NAMES, st.text() | st.integers() | st.binary() | st.lists(st.text()) | st.booleans() | st.none())
)
def test_only_names_of_the_list_and_values_in_their_shape_are_kept(attributes):
    kept = only_allowed(attributes)
    assert kept.keys() <= ALLOWED.keys()
    for name, value in kept.items():
        assert value == ALLOWED[name](value)
        assert isinstance(value, (str, int))
        assert len(str(value)) <= LONGEST


@given(st.integers())
def test_numbers_of_people_are_no_counts(number):
    kept = only_allowed({"espace.letters": number, "http.response.status_code": number})
    assert all(value <= 10_000 for value in kept.values())


@pytest.mark.parametrize(
    "route",
    [
        "/", "/compte", "/compte/creer", "/compte/captcha/{token}.png", "/aide", "/compte/identifiant-oublie", "/espace/",
        "/impression/lots/{batch_id}", "/internal/session", "/static/{path:path}",
    ],
)  # fmt: skip
def test_route_patterns_are_kept(route):
    assert only_allowed({"http.route": route}) == {"http.route": route}


def test_ids_are_kept_as_ids_only():
    event = uuid4()
    assert only_allowed({"messaging.message.id": event}) == {"messaging.message.id": str(event)}
    assert only_allowed({"messaging.message.id": str(event)}) == {}
    assert UUID(only_allowed({"espace.batch_id": event})["espace.batch_id"]) == event


def test_names_are_made_of_checked_attributes_only(tmp_path):
    secret = "1850578006084"
    with recording(tmp_path) as spans:
        with span_from(None, REQUEST, {"http.request.method": "POST", "http.route": "/connexion"}):
            pass
        with span_from(None, REQUEST, {"http.request.method": secret, "http.route": f"/{secret}"}) as request:
            request.set({"url.path": secret, "error.type": secret})
        with span(PROCESS, {"messaging.destination.name": "notifier.notices", "messaging.message.id": secret}):
            pass
    assert named(spans, "POST /connexion")["kind"] == "server"
    assert named(spans, "HTTP")["attributes"] == {"http.request.method": "_OTHER"}
    assert named(spans, "process notifier.notices")["attributes"] == {
        "messaging.system": "rabbitmq", "messaging.operation.name": "process", "messaging.operation.type": "process",
        "messaging.destination.name": "notifier.notices",
    }  # fmt: skip
    assert secret not in json.dumps(spans)
