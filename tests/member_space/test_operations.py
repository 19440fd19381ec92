"""The operations page over real services: this one answers at its own address, the others are away."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
import uvicorn
from aio_pika import Message
from sqlalchemy import func, select, text
from support.at_desk import AtDesk
from support.dead_letters import bury, bury_many, envelope
from support.messaging import until
from support.ports import free_ports
from support.sent_forms import hidden

from member_space.app import create_app
from member_space.operations.asking import Services
from member_space.operations.words import age, kind_of, masked, told_of
from member_space.settings import Settings
from member_space.spaces.models import Space
from shared.messaging.dead_letters import journal
from shared.messaging.dead_letters.settling import Outcome
from shared.messaging.origin import FOREIGN
from shared.messaging.topology import ANSWERS_FOR, retry_exchange
from shared.security.assertions import Role

QUEUE = "member-space.email-confirmed"
HOME = "/gestion/exploitation"
PATH = f"{HOME}/member-space/{QUEUE}"
REASON = "corrigé\u00a0: 1.4.2, 1\u202f200 de trop"
"""With the spaces that French has."""
INSIDE = f"/internal/dead-letters/{QUEUE}"


@pytest.fixture
async def watching(rabbit, vhost):
    """A channel of the administrator, to put messages where they should not be."""
    import aio_pika

    from launcher import rabbitmq_files

    url = rabbit.url(rabbitmq_files.ADMIN, rabbitmq_files.admin_password(rabbit.folder), vhost)
    connection = await aio_pika.connect(url)
    yield await connection.channel()
    await connection.close()


@pytest.fixture
def settings(settings: Settings, broker_url) -> Settings:
    port, nobody = free_ports(2)
    addresses = [f"{name}=http://127.0.0.1:{nobody}" for name in ANSWERS_FOR]
    addresses.append(f"member-space=http://127.0.0.1:{port}")  # the second replica: the first is away
    told = {"broker_url": broker_url("member-space"), "port": port, "service_addresses": " ".join(addresses)}
    return settings.model_copy(update=told)


@pytest.fixture
async def serving(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """This service at its internal address, its consumers running."""
    config = uvicorn.Config(create_app(settings), host="127.0.0.1", port=settings.port, log_config=None)
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())

    async def started() -> bool:
        return server.started

    await until(started)
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{settings.port}", trust_env=False, timeout=10) as client:
        yield client
    server.should_exit = True
    await running


@pytest.fixture
def exploitation(client, activation):
    return AtDesk(client, activation, Role.EXPLOITATION)


def plain(page: httpx.Response) -> str:
    return page.text.replace("\u00a0", " ")


async def test_queues_are_shown_and_who_is_away_is_shown_as_away(serving, exploitation, watching) -> None:
    await bury(watching, envelope())
    await bury(watching, envelope(), queue="member-space.journey")
    slowest = await watching.get_exchange(retry_exchange(3), ensure=False)
    await slowest.publish(Message(b"{}"), QUEUE)
    page = await exploitation.get(HOME)
    waiting = "tous services confondus : 0 après 10 s, 0 après 1 min, <strong>1</strong> après 10 min."
    assert waiting in plain(page)
    assert page.status_code == 200
    assert "2 messages en échec, 0 événement en attente d’envoi, <strong>4 services sans réponse</strong>" in plain(
        page
    )
    assert plain(page).count("<strong>Absent</strong> : ne répond pas.") == 4
    row = page.text[page.text.index(f'<a href="{PATH}">') :].split("</tr>")[0]
    assert [cell.split("<")[0] for cell in row.split('<td class="amount">')[1:]] == ["", "0", "1"]
    assert "<strong>1</strong>" in row
    assert "Boîte d’envoi : vide" in plain(page)


async def test_a_dead_letter_is_shown_masked_and_replayed_with_one_effect(
    serving, exploitation, watching, database, activation
) -> None:
    message = envelope()
    await bury(watching, message)
    path = f"{PATH}/{message['id']}"
    listed, opened = await exploitation.get(PATH), await exploitation.get(path)
    assert "1 message." in listed.text
    assert f'href="{path}"' in listed.text
    assert "Refusé par une règle du service" in listed.text
    assert "••• (" in opened.text
    assert "caractères)" in opened.text
    for personal in ("Garnier", "GARNIER", "Jeanne", "exemple.fr"):
        assert personal not in listed.text + opened.text
    for mistake, told in {
        "": "Choisissez de rejouer ou de supprimer", "replay": "Saisissez un motif",
        "burn": "Choisissez de rejouer ou de supprimer",
    }.items():  # fmt: skip
        refused = await exploitation.post(path, act=mistake, reason=" ")
        assert (refused.status_code, told in refused.text) == (422, True)
    form = await exploitation.get(path)
    assert 'name="act" value="replay"' in form.text
    done = await exploitation.post(path, act="replay", reason=REASON)
    assert done.status_code == 303
    assert done.headers["location"] == f"{PATH}?fait=replay&nombre=1&refuses=0&absents=0&etrangers=0"
    after = (await exploitation.get(done.headers["location"])).text
    acts = after[after.index("Derniers actes") :]
    assert "1 message rejoué." in after
    assert [word for word in ("Zoé Lefèvre<", "Rejoué", REASON) if word not in acts] == []

    async def opened_once() -> bool:
        async with database.unit_of_work() as work:
            return bool(await work.session.scalar(select(func.count()).select_from(Space)) == 1)

    await until(opened_once)
    (row,) = await journal.read(database, 10)
    assert (row.action, row.state, row.reason, row.queue) == ("replay", "done", REASON, QUEUE)
    assert row.who.startswith("Zoé Lefèvre (")
    # again, from a page that was opened before: it is no longer there, and nothing is done
    again = await exploitation.send(path, hidden(form.text) | {"act": "replay", "reason": "encore"})
    assert (again.status_code, "Ce message n’est plus parmi les messages en échec" in again.text) == (404, True)
    assert (await exploitation.get(path)).status_code == 404
    assert len(await journal.read(database, 10)) == 1


async def test_one_is_dropped_and_all_are_replayed_page_by_page(serving, exploitation, watching, database) -> None:
    broken = await bury(watching, b'{"family_name": "Garnier"', "undecodable: not an envelope: body")
    await bury_many(watching, 60)
    first, second = await exploitation.get(PATH), await exploitation.get(f"{PATH}?page=2")
    assert "61 messages, page 1 sur 2." in first.text
    assert (first.text.count("<tr>") - 1, second.text.count("<tr>") - 1) == (50, 11)
    assert (await exploitation.get(f"{PATH}?page=3")).status_code == 200
    assert (await exploitation.get(f"{PATH}?page=0")).status_code == 422
    done = await exploitation.post(f"{PATH}/{broken}", act="drop", reason="message d’essai")
    assert done.headers["location"] == f"{PATH}?fait=drop&nombre=1&refuses=0&absents=0&etrangers=0"
    assert (await exploitation.post(PATH, reason="")).status_code == 422
    done = await exploitation.post(PATH, reason="base restaurée")
    assert done.headers["location"] == f"{PATH}?fait=replay&nombre=60&refuses=0&absents=0&etrangers=0"
    assert "Aucun message en échec." in (await exploitation.get(PATH)).text
    rows = await journal.read(database, 100)
    assert sorted({(row.action, row.state) for row in rows}) == [("drop", "done"), ("replay", "done")]
    assert len(rows) == 61


async def test_one_of_many_is_dropped_from_its_page(serving, exploitation, watching) -> None:
    ids = await bury_many(watching, 3000)
    done = await exploitation.post(f"{PATH}/{ids[0]}", act="drop", reason="message d’essai")
    assert done.headers["location"] == f"{PATH}?fait=drop&nombre=1&refuses=0&absents=0&etrangers=0"
    assert "2999 messages, page 1 sur 60." in (await exploitation.get(PATH)).text


async def test_what_is_away_or_unknown_is_said_in_words(exploitation, client, activation) -> None:
    """Nothing listens at this service's own address either."""
    assert plain(await exploitation.get(HOME)).count("ne répond pas.") == 5
    away = await exploitation.get(PATH)
    assert (away.status_code, away.headers["retry-after"]) == (503, "5")
    assert "Le service ne répond pas (member-space : ne répond pas)" in plain(away)
    for unknown in (
        f"{HOME}/member-space/letters.account-requested",
        f"{HOME}/nobody/{QUEUE}",
        f"{PATH}/x",
        f"{PATH}/%2E%2E",
    ):
        assert (await exploitation.get(unknown)).status_code == 404, unknown
    for role in (Role.CONSEILLER, Role.RESPONSABLE):
        other = AtDesk(client, activation, role)
        for path in (HOME, PATH, f"{PATH}/{uuid4()}"):
            assert (await other.get(path)).status_code == 403
        assert (await other.send(PATH, {"reason": "x"})).status_code == 403


async def test_the_broker_away_is_no_service_away(exploitation, settings, activation, client, monkeypatch) -> None:
    import member_space.app as module

    lost = settings.model_copy(update={"broker_url": "amqp://x:x@127.0.0.1:1/none"})
    app = module.create_app(lost)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://inside") as inside:
        state = await inside.get("/internal/operations", headers=activation.staff(Role.EXPLOITATION))
        assert (state.status_code, state.json()["queues"], state.json()["outbox_waiting"]) == (200, None, 0)
        listed = await inside.get(INSIDE, headers=activation.staff(Role.EXPLOITATION))
        assert (listed.status_code, listed.json()["title"]) == (503, "Le courtier de messages ne répond pas")
    await app.state.database.close()


async def test_inside_each_assertion_is_for_its_role_and_one_request(client, activation, open_space, database) -> None:
    """At the internal address itself: not only because the desk asks politely."""
    person = await open_space("DEMO-0001")
    order = {"action": "drop", "reason": "x"}
    for headers in (
        {},
        activation.header(person),
        activation.header(person, "member-space"),
        {"X-Espace-Assertion": "x"},
    ):
        assert (await client.get("/internal/operations", headers=headers)).status_code == 401
        assert (await client.post(INSIDE, json=order, headers=headers)).status_code == 401
    for role in (Role.CONSEILLER, Role.RESPONSABLE):
        for method, path, body in (
            ("GET", "/internal/operations", None),
            ("GET", INSIDE, None),
            ("POST", INSIDE, order),
        ):
            answer = await client.request(method, path, json=body, headers=activation.staff(role))
            assert answer.status_code == 403, (role, path)
    headers = activation.staff(Role.EXPLOITATION)
    unknown = "/internal/dead-letters/letters.account-requested"
    assert (await client.get(unknown, headers=headers)).status_code == 404
    answers = [await client.get("/internal/operations", headers=headers) for _ in range(2)]
    assert {answer.status_code for answer in answers} <= {200, 401}
    assert answers[1].status_code == 401
    for wrong in ({"action": "burn", "reason": "x"}, {"action": "drop", "reason": ""}, {"action": "drop", "reason": "x\ny"},
                  {"action": "drop", "reason": "x", "handles": ["1"]}, {}):  # fmt: skip
        answer = await client.post(INSIDE, json=wrong, headers=activation.staff(Role.EXPLOITATION))
        assert answer.status_code == 422, wrong
    async with database.unit_of_work() as work:
        kept = (await work.session.execute(text("SELECT inbox::text FROM inbox"))).scalars().all()
    assert all("staff-assertion" in row for row in kept)
    assert "Lefèvre" not in str(kept)


def test_addresses_of_services() -> None:
    assert Services.parse("a=http://x:1/ b=http://y:1 a=http://x:2").addresses == {
        "a": ["http://x:1", "http://x:2"], "b": ["http://y:1"]
    }  # fmt: skip


async def test_what_is_another_services_is_told_so_and_not_in_green(serving, exploitation, watching) -> None:
    buried = await bury(watching, envelope(), f"undecodable: {FOREIGN}: fr.espace.email-confirmed.v1")
    done = await exploitation.post(f"{PATH}/{buried}", act="replay", reason="essai")
    assert done.headers["location"] == f"{PATH}?fait=replay&nombre=0&refuses=1&absents=0&etrangers=1"
    page = (await exploitation.get(done.headers["location"])).text
    assert "notice success" not in page
    assert "Aucun message rejoué. 1 message d’un autre service\u00a0: toujours en échec." in page
    assert "courtier" not in page


def test_what_became_of_messages_is_told_with_its_cause() -> None:
    assert told_of("replay", Outcome(done=2)) == "2 messages rejoués."
    assert told_of("drop", Outcome(missing=2)) == "Aucun message supprimé. 2 messages n’étaient plus là."
    assert "1 message sans file où retourner, selon le courtier" in told_of("replay", Outcome(refused=3, foreign=2))


def test_words() -> None:
    assert kind_of("undecodable: body") == "Illisible pour cette version"
    assert kind_of("failed 4 times: away") == "Échec répété"
    assert kind_of("whatever") == "Motif inconnu"
    assert masked("••• (12 characters)") == "••• (12 caractères)"
    assert masked("••• (number), ••• (object), and 3 more") == "••• (nombre), ••• (objet), et 3 autres"
    assert [age(seconds).replace("\u00a0", " ") for seconds in (0.2, 61, 7300, 200_000)] == [
        "0 s",
        "1 min",
        "2 h",
        "2 j",
    ]
