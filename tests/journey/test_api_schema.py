"""The JSON API keeps what its published description promises: schemathesis against the real system, behind the gateway, with
the session of somebody who is signed in. ``SCHEMA_SEED`` repeats a run.
"""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import ignored_auth
from support.seeds import SCHEMA_SEED
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
schemathesis.openapi.format("question-place", moment_places)
schemathesis.openapi.format("journal-place", st.one_of(st.just(""), moment_places))
# no schema tells which towns have a postcode, or which subjects the mutual has today: what is written may be refused in words
WRITING = ["2xx", "404", "409", "422", "429"]
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


@pytest.fixture(scope="module")
def mandate(running: Running, journey: Journey) -> str:
    """One that the signed-in person holds, of a grantor whose space is open."""
    sql, made = running.system.postgres.sql, str(uuid4())
    mine = f"select person_id from space where family_name = '{journey.person.family_name}'"
    person = wait_for(lambda: sql(mine, database="member_space") or None, 30, "the open space")
    now, later = datetime.now(UTC).isoformat(), (datetime.now(UTC) + timedelta(days=30)).date()
    sql(
        "insert into mandate (id, grantor_id, delegate_id, given_name, family_name, email, scopes, ends_on, created_at,"
        f" invitation_ends_at, accepted_at) values ('{made}', '{person}', '{person}', 'A', 'B', 'a@exemple.fr',"
        f" '[\"remboursements\", \"documents\", \"messages\"]', '{later}', '{now}', '{now}', '{now}')",
        database="member_space",
    )
    return made


def test_the_published_document_is_the_committed_one(running, session) -> None:
    published = session.get(f"{running.places.site}/espace/api/v1/openapi.json", timeout=30)
    assert published.status_code == 200
    assert published.json() == json.loads(DOCUMENT.read_text())
    with anonymous() as nobody:
        assert nobody.get(f"{running.places.site}/espace/api/v1/openapi.json", timeout=30).status_code == 401


@schema.parametrize()
@hypothesis.seed(SCHEMA_SEED)
@hypothesis.settings(max_examples=EXAMPLES, deadline=None, database=None, print_blob=True)
def test_every_route_keeps_its_promise(case, running, session, mandate) -> None:
    if "mandate_id" in case.path_parameters and case.meta.generation.mode.is_positive:
        case.path_parameters["mandate_id"] = mandate
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
