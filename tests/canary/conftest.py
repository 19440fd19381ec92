"""The loud system, once for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from canary.loud import loud_system
from support.system import Running


@pytest.fixture(scope="session")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is searched: ``var``, the system's folder, and ``views`` of what can't be searched as it lies there."""
    return tmp_path_factory.mktemp("canary")


@pytest.fixture(scope="session")
def loud(top: Path) -> Iterator[Running]:
    with loud_system(top) as running:
        yield running
