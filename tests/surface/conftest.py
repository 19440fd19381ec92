from collections.abc import Iterator

import pytest
import requests
from support.seeds import SCHEMA_SEED
from surface import people
from surface.served import Served, served


def pytest_report_header() -> str:
    return f"schema seed: {SCHEMA_SEED} (SCHEMA_SEED={SCHEMA_SEED} repeats it)"


@pytest.fixture(scope="session")
def services(_databases, rabbit, postgres, tmp_path_factory) -> Iterator[Served]:
    with served(_databases, rabbit, tmp_path_factory.mktemp("served")) as made:
        people.settle(made, postgres)
        yield made


@pytest.fixture(scope="session")
def session() -> Iterator[requests.Session]:
    """Connections, and no cookies but those of each request."""
    with requests.Session() as session:
        session.trust_env = False
        session.cookies.set_policy(people.NO_COOKIES)
        yield session
