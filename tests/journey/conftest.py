import pytest
from support.colleagues import colleague_of, means
from support.seeds import SCHEMA_SEED
from support.system import Running, journey, running, someone

from launcher.member import Member

__all__ = ["journey", "running", "someone"]


@pytest.fixture
def at_desk(running: Running):
    """``at_desk(role)``: that one of the demonstration's, signed in."""
    opened: list[Member] = []

    def of(role: str) -> Member:
        opened.append(Member(running.places.site))
        opened[-1].open("/gestion/")
        opened[-1].send("/gestion/connexion", **means(colleague_of(running, role)))
        return opened[-1]

    yield of
    for one in opened:
        one.close()


def pytest_report_header() -> str:
    return f"schema seed: {SCHEMA_SEED} (SCHEMA_SEED={SCHEMA_SEED} repeats it)"
