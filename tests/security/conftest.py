"""The system that is attacked, started once for all tests of this folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from support import many_accounts
from support.attacker import Attacker
from support.system import Running, started

from launcher.story import NEW_PASSWORD

MANY = "1000000"
NO_LIMITS = {
    "TRIES_PER_MINUTE_PER_ADDRESS": MANY,
    "REQUESTS_PER_HOUR_PER_ADDRESS": MANY,
    "REQUESTS_PER_HOUR_PER_NUMBER": MANY,
    "RESETS_PER_HOUR_PER_ADDRESS": MANY,
}
"""Every attacker of these tests comes from one address: counts per account are looked at alone."""


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("attacked"), **NO_LIMITS)
    many_accounts.register(running)
    with started(running):
        many_accounts.open_accounts(running)
        yield running


@pytest.fixture
def attacker(running: Running) -> Iterator[Callable[[], Attacker]]:
    """``attacker()``: somebody new, with a browser of their own."""
    made: list[Attacker] = []

    def new() -> Attacker:
        made.append(Attacker(running.places.site))
        return made[-1]

    yield new
    for one in made:
        one.close()


@dataclass(frozen=True)
class Victim:
    """A member with an account and a space: what attackers want, and what they must not find."""

    email: str
    password: str
    family_name: str


@pytest.fixture(scope="session")
def victim(running: Running) -> Victim:
    index = many_accounts.VICTIM
    return Victim(many_accounts.known_address(index), NEW_PASSWORD, many_accounts.name(index))


@pytest.fixture
def forgive(running: Running) -> Iterator[None]:
    """Nobody's failures are remembered, before the test and after it."""
    forgotten = "truncate sign_in_attempts, number_attempts, throttle"
    running.system.postgres.sql(forgotten, database="activation")
    yield
    running.system.postgres.sql(forgotten, database="activation")
