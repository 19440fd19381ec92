"""A letter that the post brought back opens nothing, whatever is heard first, and nothing tells who types its password."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import aio_pika
import pytest
from support.forgetting import due, forget
from support.messaging import until
from support.statements import asked

from activation import handlers
from activation.models import Account, LetterState, ProvisionalLetter, ReturnedLetter
from activation.retention import rules
from shared.contracts.events import LetterPrinted, LetterReturned
from shared.contracts.provisional_password import generate, grouped
from shared.messaging.envelope import CONTENT_TYPE, seal_envelope

from .recovery_steps import letter_asked
from .test_activate_attempts import NO_MATCH, without_tokens


def returned(printed: LetterPrinted) -> LetterReturned:
    told = {"person_id", "request_id", "letter_id", "email", "posted_at", "purpose"}
    return LetterReturned(**printed.model_dump(include=told), reason="unclaimed", returned_at=datetime.now(UTC))


@pytest.fixture
def hear(world):
    """``await hear(event, …)``: each in a unit of work of its own, in this order."""

    async def heard(*events):
        for event in events:
            handler = handlers.letter_returned if isinstance(event, LetterReturned) else handlers.letter_printed
            async with world.database.unit_of_work() as work:
                await handler(event, work)

    return heard


async def states(world):
    return {letter.letter_id: letter.state for letter in await world.rows(ProvisionalLetter)}


async def opens(world, password) -> bool:
    return (await world.visitor().activate(provisional_password=grouped(password))).status_code == 303


@pytest.mark.parametrize("return_first", [False, True])
@pytest.mark.parametrize("purpose", ["activation", "recovery"])
async def test_it_opens_nothing_whichever_is_heard_first_and_however_often(world, hear, return_first, purpose):
    person_id, password = await world.confirmed() if purpose == "recovery" else uuid4(), generate()
    asked_for = {"request_id": (await letter_asked(world, person_id)).request_id} if purpose == "recovery" else {}
    letter = world.printed(password, person_id=person_id, purpose=purpose, **asked_for)
    heard = [letter, returned(letter)] * 2
    await hear(*(reversed(heard) if return_first else heard))
    assert (await states(world))[letter.letter_id] == LetterState.VOID
    assert [row.letter_id for row in await world.rows(ReturnedLetter)] == [letter.letter_id] * return_first
    told = {name: await world.events(name) for name in ("activation-refused", "security-notice-raised")}
    assert told == {"activation-refused": [], "security-notice-raised": []}
    assert not await opens(world, password)


async def test_its_siblings_stay_as_they_are(world, hear):
    person_id, passwords = uuid4(), [generate(), generate()]
    one, other = (world.printed(password, person_id=person_id) for password in passwords)
    await hear(one, other, returned(one))
    assert await states(world) == {one.letter_id: LetterState.VOID, other.letter_id: LetterState.VALID}
    assert [await opens(world, password) for password in passwords] == [False, True]


async def test_one_that_was_used_meanwhile_stays_used(world, hear):
    password = generate()
    letter = world.printed(password)
    await hear(letter)
    assert await opens(world, password)
    await hear(returned(letter))
    assert await states(world) == {letter.letter_id: LetterState.USED}
    assert len(await world.rows(Account)) == 1


async def test_both_heard_at_the_same_moment_void_it(world, hear):
    """Twenty letters: without a lock that both take, some would be missed by either."""
    letters = [world.printed(generate(), person_id=uuid4()) for _ in range(20)]
    await asyncio.gather(*(hear(event) for letter in letters for event in (letter, returned(letter))))
    assert await states(world) == {letter.letter_id: LetterState.VOID for letter in letters}


async def test_one_that_comes_back_while_somebody_activates_with_it_waits_and_stays_used(world, hear, fields):
    password = generate()
    letter = world.printed(password)
    await hear(letter)
    visitor = world.visitor()
    form = await visitor.form_of("/compte/activer") | fields(provisional_password=grouped(password))
    activated, _ = await asyncio.gather(visitor.http.post("/compte/activer", data=form), hear(returned(letter)))
    expected = {303: LetterState.USED, 422: LetterState.VOID}
    assert await states(world) == {letter.letter_id: expected[activated.status_code]}
    assert len(await world.rows(Account)) == (activated.status_code == 303)


async def test_its_password_is_answered_like_a_wrong_one_by_the_same_statements(world, hear, plain):
    """Who holds an envelope that came back does not learn that what they read in it was right."""
    password = generate()
    letter = world.printed(password)
    await hear(letter, returned(letter), world.printed(generate(), number="111111", person_id=uuid4()))
    seen = []
    for number, typed in (("372257", password), ("111111", generate()), ("999999", generate())):
        visitor = world.visitor()
        await visitor.get("/compte/activer")
        with asked() as statements:
            answer = await visitor.activate(provisional_password=grouped(typed), number=number)
        assert (answer.status_code, NO_MATCH in plain(answer)) == (422, True)
        page = without_tokens(answer.text).replace(number, "N").replace(grouped(typed), "T")
        seen.append(([statement.partition(" IN (")[0] for statement, _ in statements], page))
    assert seen[0] == seen[1] == seen[2]


async def test_a_return_of_a_letter_that_is_never_heard_of_is_forgotten(world, hear):
    await hear(returned(world.printed(generate())))
    await world.sql("update returned_letter set returned_at = now() - interval '59 days'")
    await forget(world.database, rules(world.settings))
    assert len(await world.rows(ReturnedLetter)) == 1
    await world.sql("update returned_letter set returned_at = now() - interval '61 days'")
    assert await due(world.database, rules(world.settings)) == {"returned-letters": 1}
    await forget(world.database, rules(world.settings))
    assert await world.rows(ReturnedLetter) == []


def test_a_return_is_known_for_longer_than_any_letter_is_valid(world):
    """Overseas and abroad: 30 days, and the rest of the last one."""
    assert {rule.name: rule.term for rule in rules(world.settings)}["returned-letters"] > timedelta(days=31)


@pytest.mark.timeout(120)
async def test_a_return_is_heard_on_its_queue(make_world, broker_url):
    world = make_world(broker_url=broker_url("activation"))
    letter = world.printed(generate())
    await world.receive(letter)
    event = returned(letter)
    async with await aio_pika.connect(broker_url("letters")) as letters, world.app.router.lifespan_context(world.app):
        exchange = await (await letters.channel()).get_exchange("espace.events", ensure=False)
        envelope = seal_envelope(event, datetime.now(UTC))
        for _ in range(2):
            message = aio_pika.Message(envelope.body, message_id=str(envelope.id), content_type=CONTENT_TYPE)
            await exchange.publish(message, LetterReturned.routing_key())

        async def is_void() -> bool:
            return await states(world) == {letter.letter_id: LetterState.VOID}

        await until(is_void)
