"""Two notifier processes on one database, broker and mail server: every mail leaves once."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from support.messaging import until
from support.replicas import Replicas, own_servers, publish, side_by_side

from notifier.models import State
from notifier.settings import Settings
from shared.database.engine import Database

MAILS = 50


@pytest.fixture
def servers_of_test(_databases, rabbit) -> Iterator[tuple[str, Callable[[str], str]]]:
    with own_servers(_databases, rabbit, "notifier") as made:
        yield made


@pytest.fixture
async def database(servers_of_test):
    opened = Database(servers_of_test[0], "test")
    yield opened
    await opened.close()


@pytest.fixture
def replicas(servers_of_test, keys, post, tmp_path) -> Iterator[Replicas]:
    database_url, broker_url = servers_of_test
    settings = Settings(
        environment="test", public_url="https://espace.exemple.fr", database_url=database_url,
        broker_url=broker_url("notifier"), smtp_host="127.0.0.1", smtp_port=post.port,
        smtp_sender="ne-pas-repondre@exemple.fr", notifier_private_keys=keys.ring,
    )  # fmt: skip
    with side_by_side("notifier", settings, tmp_path) as running:
        yield running


async def test_each_mail_is_sent_once(replicas, servers_of_test, post, printed, activated, keys, token, rows) -> None:
    await until(lambda: _both_consume(replicas))
    told = [
        printed.model_copy(update={"letter_id": uuid4(), "email": f"lettre{number}@exemple.fr"})
        for number in range(MAILS // 2)
    ]
    links = [
        activated.model_copy(
            update={
                "account_id": uuid4(), "email": f"lien{number}@exemple.fr", "sealed_token": keys.public.seal_text(token),
            }
        )
        for number in range(MAILS // 2)
    ]  # fmt: skip
    await publish(servers_of_test[1], [*told, *links], times=3)
    await until(lambda: _all_sent(rows, MAILS), 60)
    assert Counter(mail["To"] for mail in post.accepted) == Counter(event.email for event in (*told, *links))
    assert len({mail["Message-ID"] for mail in post.accepted}) == len(post.seen) == MAILS
    await until(replicas.all_take)
    assert replicas.troubles() == []


async def test_a_postponed_mail_is_tried_by_one(replicas, servers_of_test, database, post, printed, rows) -> None:
    post.answers += ["450 4.7.1 later", "drop"]
    told = [printed.model_copy(update={"letter_id": uuid4(), "email": f"{n}@exemple.fr"}) for n in range(2)]
    await publish(servers_of_test[1], told, times=2)

    async def postponed() -> bool:
        return [(row.state, row.attempts) for row in await rows()] == [(State.QUEUED, 1)] * 2

    await until(postponed)
    async with database.unit_of_work() as work:
        await work.session.execute(text("update delivery set next_attempt_at = now()"))
        await work.session.execute(text("notify delivery"))
    await until(lambda: _all_sent(rows, 2))
    assert len(post.seen) == 4, "each once more, though both replicas were woken"
    assert replicas.troubles() == []


async def _both_consume(replicas: Replicas) -> bool:
    return min(replicas.logged("consuming")) == 7


async def _all_sent(rows: Any, count: int) -> bool:
    return [row.state for row in await rows()] == [State.SENT] * count
