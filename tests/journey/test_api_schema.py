"""The JSON API keeps what its published description promises: schemathesis against the real system, behind the gateway, with
the session of somebody who is signed in. ``SCHEMA_SEED`` repeats a run.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from uuid import UUID, uuid4

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import ignored_auth
from support.seeds import SCHEMA_SEED
from support.something import SOMETHING
from support.system import Running

from launcher.story import Journey
from launcher.waiting import wait_for

EXAMPLES = int(os.environ.get("SCHEMA_EXAMPLES") or 12)
"""A route; besides those of the coverage phase, which are the same each time."""
DOCUMENT = Path(__file__).parents[2] / "docs" / "api" / "member-space.json"

places = st.builds(
    lambda day, number: f"{day:%Y%m%d}-{number}",
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.from_regex(r"[A-Za-z0-9-]{1,40}", fullmatch=True),
)
moment_places = st.builds(lambda at, key: f"{at}-{key.hex}", st.integers(0, 10**16), st.uuids())
schemathesis.openapi.format("place", st.one_of(st.just(""), places))
schemathesis.openapi.format("moment-place", moment_places)
schemathesis.openapi.format("journal-place", st.one_of(st.just(""), moment_places))
# no schema tells which towns have a postcode, or which subjects the mutual has today: what is written may be refused in words;
# and an address asks for a password proved within five minutes
WRITING = ["2xx", "403", "404", "409", "422", "429"]
checks = {"positive_data_acceptance": {"expected-statuses": WRITING}}
config = schemathesis.Config.from_dict({"operations": [{"include-method": "POST", "checks": checks}]})
schema = schemathesis.openapi.from_path(DOCUMENT, config=config)
# the cookie is the session's own: without it the gateway is asked for the sign-in page, which other tests look at
schema.config.generation.with_security_parameters = False


@pytest.fixture(scope="module")
def journey(running: Running, someone) -> Iterator[Journey]:
    """Somebody who is signed in and sees their space."""
    journey = Journey(running.places, someone())
    for _, play in journey.steps():
        play()
    yield journey
    journey.member.close()


@contextmanager
def anonymous() -> Iterator[requests.Session]:
    """A browser that nobody signed in with."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@pytest.fixture(scope="module")
def session(running: Running, journey: Journey) -> Iterator[requests.Session]:
    with anonymous() as session:
        session.headers["Cookie"] = f"__Host-session={journey.member._client._transport._kept['__Host-session']}"
        yield session


DAY = datetime.now(UTC).date()
OPERATIONS = [
    (method, path) for path, methods in json.loads(DOCUMENT.read_text())["paths"].items() for method in methods
]
KNOWN = {
    "documents": {"reference": "D-0000-0001", "file_id": str(UUID(int=1))},
    "addresses": {"reference": "A-0000-0001", "file_id": str(UUID(int=2))},
    "situations": {"reference": "S-0000-0001", "file_id": str(UUID(int=3))},
    "questions": {"reference": "Q-0000-0001", "file_id": str(UUID(int=3))},
    "statements": {"number": "D-0001"},
    "totals": {"year": str(DAY.year)},
}
"""Part of an address → keys of ``SOMETHING`` that follow it."""
BODIES = {
    "documents": {"document": "attestation-vitale"},
    "addresses": {"street": "12 rue des Exemples", "postcode": "33000", "town": "Bordeaux", "since": f"{DAY}"},
    "situations": {"situation": "retraite", "since": f"{DAY}"},
    "questions": {"topic": "autre", "title": "Une question", "text": "Bonjour"},
    "messages": {"text": "Bonjour encore"},
}
"""Last part of an address → what can be sent there."""


@pytest.fixture(scope="module")
def mandate(running: Running, journey: Journey) -> str:
    """One that the signed-in person holds, of themselves; and there is something of theirs everywhere."""
    sql, made = running.system.postgres.sql, str(uuid4())
    mine = f"select person_id from space where family_name = '{journey.person.family_name}'"
    person = wait_for(lambda: sql(mine, database="member_space") or None, 30, "the open space")
    sql(SOMETHING.replace(":person", person).replace(":mandate", made), database="member_space")
    return made


def known(path: str, mandate: str) -> dict[str, str]:
    """The keys of an address that lead to something."""
    found = {"mandate_id": mandate, "mandate": mandate}
    found |= next((keys for part, keys in KNOWN.items() if f"/{part}/" in path), {})
    return {name: key for name, key in found.items() if f"{{{name}}}" in path}


def test_the_published_document_is_the_committed_one(running, session) -> None:
    published = session.get(f"{running.places.site}/espace/api/v1/openapi.json", timeout=30)
    assert published.status_code == 200
    assert published.json() == json.loads(DOCUMENT.read_text())
    with anonymous() as nobody:
        assert nobody.get(f"{running.places.site}/espace/api/v1/openapi.json", timeout=30).status_code == 401


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_route_tells_of_what_there_is(method, path, running, session, mandate) -> None:
    """Before the made-up requests, which use up what may be sent in a day."""
    sent = {}
    if method == "post":
        sent = {"body": BODIES[path.rpartition("/")[2]] | {"submission_id": str(uuid4())}}
        sent["media_type"] = "application/json"
    case = schema[path][method].Case(path_parameters=known(path, mandate), **sent)
    answer = case.call_and_validate(
        base_url=running.places.site, session=session, timeout=30, excluded_checks=[ignored_auth]
    )  # fmt: skip
    assert answer.status_code == (201 if method == "post" else 200)
    if answer.headers["content-type"] == ["application/json"]:
        told = answer.json()
        lists = [told[name] for name in ("lines", "cases", "questions") if name in told]
        assert told, "an empty list keeps any promise"
        assert all(lists)


@schema.parametrize()
@hypothesis.seed(SCHEMA_SEED)
@hypothesis.settings(max_examples=EXAMPLES, deadline=None, database=None, print_blob=True)
def test_every_route_keeps_its_promise(case, running, session, mandate) -> None:
    if case.meta.generation.mode.is_positive:
        case.path_parameters.update(known(case.path, mandate))
    case.call_and_validate(
        base_url=running.places.site, session=session, timeout=30, excluded_checks=[ignored_auth]
    )  # fmt: skip


def test_nothing_is_answered_without_a_session(running, mandate) -> None:
    """What ``ignored_auth`` can't ask: it does not know that the session is in a cookie of ours."""
    for path, methods in json.loads(DOCUMENT.read_text())["paths"].items():
        address = re.sub(
            r"\{(\w+)\}", lambda name: {"mandate_id": mandate, "year": "2026"}.get(name[1], "N-0001"), path
        )
        for method, given in product(methods, ({}, {"Cookie": f"__Host-session={'A' * 43}"})):
            with anonymous() as nobody:
                answer = nobody.request(method, f"{running.places.site}{address}", headers=given, timeout=30)
                assert (answer.status_code, answer.headers["Content-Type"]) == (401, "application/problem+json"), path
