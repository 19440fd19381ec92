"""Two member-space processes on one database and broker, behind two replicas of activation of which one is away."""

from collections.abc import Callable, Iterator
from uuid import UUID

import httpx
import pytest
from support.messaging import until
from support.replicas import Replicas, Turns, own_servers, publish, side_by_side

from member_space.settings import Settings

from .conftest import FORM_KEYS, NOTIFIER_PUBLIC_KEY, Activation, confirmed, new_signer


@pytest.fixture
def servers_of_test(_databases, rabbit) -> Iterator[tuple[str, Callable[[str], str]]]:
    with own_servers(_databases, rabbit, "member_space") as made:
        yield made


@pytest.fixture
def replicas(servers_of_test, activation: Activation, free_port: int, tmp_path) -> Iterator[Replicas]:
    database_url, broker_url = servers_of_test
    settings = Settings(
        environment="test", public_url="https://testserver", form_keys=FORM_KEYS, database_url=database_url,
        broker_url=broker_url("member-space"), notifier_public_key=NOTIFIER_PUBLIC_KEY,
        activation_keys_url=f"http://127.0.0.1:{free_port}/internal/keys {activation.publisher.url}",
    )  # fmt: skip
    with side_by_side("member_space", settings, tmp_path) as running:
        yield running


@pytest.fixture
async def client(replicas: Replicas):
    """Somebody whose every request goes to the other replica than the one before."""
    accept = {"Accept": "text/html"}
    async with httpx.AsyncClient(
        transport=Turns(replicas.addresses), base_url="https://testserver", headers=accept
    ) as made:
        yield made


class Person:
    """Somebody signed in, who looks at their space at one replica and then at the other."""

    def __init__(self, client: httpx.AsyncClient, activation: Activation, person: UUID) -> None:
        self._client, self._activation, self._person = client, activation, person

    async def looks(self, header: dict[str, str] | None = None) -> list[httpx.Response]:
        """At each, with an assertion for each look unless one is given."""
        return [
            await self._client.get("/espace/", headers=header or self._activation.header(self._person)) for _ in "ab"
        ]

    async def is_trusted(self) -> bool:
        return all(look.status_code in {200, 303} for look in await self.looks())

    async def has_a_space(self) -> bool:
        return all("Garnier" in look.text for look in await self.looks())


async def test_two_replicas_are_one_space(client, replicas, servers_of_test, activation: Activation) -> None:
    opened = confirmed("DEMO-0001")
    person = Person(client, activation, opened.person_id)

    activation.publisher.status = 500
    refused = await person.looks()
    assert [(look.status_code, look.headers["retry-after"]) for look in refused] == [(503, "5")] * 2, "keys unknown"
    activation.publisher.status = 200
    await until(person.is_trusted)
    assert not await person.has_a_space()

    await publish(servers_of_test[1], [opened], times=6)
    await until(person.has_a_space)

    for _ in range(4):
        once = activation.header(opened.person_id)
        statuses = [look.status_code for _ in range(2) for look in await person.looks(once)]
        assert statuses == [200, 401, 401, 401], "an assertion used at one opens nothing at the other"

    activation.signer = new_signer("k2")
    activation.publisher.keys = activation.signer.published()
    await until(person.is_trusted)
    assert replicas.troubles() == []
    assert min(replicas.logged("request")) >= 10, "both were asked"
