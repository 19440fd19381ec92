"""The system that is attacked, started once for all tests of this folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from support import many_accounts
from support.attacker import Attacker
from support.servers import Superuser
from support.system import Running, started
from support.ways_in import Owner

from launcher.story import NEW_PASSWORD

MANY = "1000000"
AT_ONCE = 20
NO_LIMITS = {
    "TRIES_PER_MINUTE_PER_ADDRESS": MANY,
    "REQUESTS_PER_HOUR_PER_ADDRESS": MANY,
    "REQUESTS_PER_HOUR_PER_NUMBER": str(many_accounts.FOR_ONE_NUMBER),
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
    """``attacker()``: somebody new, with a browser of their own; ``attacker("127.0.0.2")`` from another address."""
    made: list[Attacker] = []

    def new(source: str = "") -> Attacker:
        made.append(Attacker(running.places.site, source))
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


@pytest.fixture(scope="session")
def to_spare() -> Iterator[int]:
    return iter(many_accounts.TO_SPARE)


@pytest.fixture
def new_owner(running: Running, forgive: None, to_spare: Iterator[int]) -> Callable[[], Owner]:
    """``new_owner()``: a member whose account no other test touches."""
    return lambda: Owner(running, next(to_spare))


@pytest.fixture
def owner(new_owner: Callable[[], Owner]) -> Owner:
    """One such member."""
    return new_owner()


@pytest.fixture
def crowd(attacker: Callable[[], Attacker]) -> list[Attacker]:
    """Twenty browsers, for what is done at the same moment."""
    return [attacker() for _ in range(AT_ONCE)]


@pytest.fixture(scope="session")
def counts(running: Running) -> Iterator[dict[Superuser, str]]:
    """Where failures are counted, and what forgets them."""
    kept = {
        "activation": "truncate sign_in_attempts, number_attempts, throttle",
        "registration": "truncate throttle",
    }
    counts = {Superuser(running.system.postgres, database): sql for database, sql in kept.items()}
    yield counts
    for database in counts:
        database.close()


@pytest.fixture
def forgive(counts: dict[Superuser, str]) -> Iterator[None]:
    """Nobody's failures are remembered, before the test and after it."""
    for database, sql in counts.items():
        database.run(sql)
    yield
    for database, sql in counts.items():
        database.run(sql)
