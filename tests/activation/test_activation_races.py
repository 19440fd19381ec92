"""Many at once: one letter opens one account, one link confirms once, guesses can't outrun their count."""

import asyncio
from uuid import uuid4

from activation.models import Account, ConfirmationToken, NumberAttempts, ProvisionalLetter
from shared.contracts.provisional_password import generate

MANY = 20


async def posted_at_once(visitors, path, forms):
    return await asyncio.gather(
        *(visitor.http.post(path, data=form) for visitor, form in zip(visitors, forms, strict=True))
    )


async def test_twenty_uses_of_one_letter(world, fields):
    typed = await world.letter()
    visitors = [world.visitor() for _ in range(MANY)]
    forms = [
        await visitor.form_of("/compte/activer") | fields(provisional_password=typed, email=f"p{place}@exemple.fr")
        for place, visitor in enumerate(visitors)
    ]
    statuses = sorted(answer.status_code for answer in await posted_at_once(visitors, "/compte/activer", forms))
    assert statuses.count(303) == 1
    assert set(statuses) <= {303, 422, 429}
    assert len(await world.rows(Account)) == 1
    assert len(await world.events("account-activated")) == 1


async def test_twenty_sendings_of_one_page(world, visitor, fields):
    sent = await visitor.form_of("/compte/activer") | fields(provisional_password=await world.letter())
    answers = await posted_at_once([visitor] * MANY, "/compte/activer", [sent] * MANY)
    assert {answer.status_code for answer in answers} <= {303, 429}
    assert len(await world.rows(Account)) == 1
    assert len(await world.events("account-activated")) == 1


async def test_two_letters_of_one_person_at_once(world, fields):
    person = uuid4()
    typed = [await world.letter(person_id=person) for _ in range(4)]
    visitors = [world.visitor() for _ in typed]
    forms = [
        await visitor.form_of("/compte/activer") | fields(provisional_password=one)
        for visitor, one in zip(visitors, typed, strict=True)
    ]
    statuses = sorted(answer.status_code for answer in await posted_at_once(visitors, "/compte/activer", forms))
    assert statuses == [303, 422, 422, 422]
    assert len(await world.rows(Account)) == 1


async def test_twenty_guesses_at_once_are_five_at_most(world, fields):
    await world.letter()
    visitors = [world.visitor() for _ in range(MANY)]
    forms = [await visitor.form_of("/compte/activer") | fields(provisional_password=generate()) for visitor in visitors]
    statuses = [answer.status_code for answer in await posted_at_once(visitors, "/compte/activer", forms)]
    assert (statuses.count(422), statuses.count(429)) == (5, 15)
    (letter,), (attempts,) = await world.rows(ProvisionalLetter), await world.rows(NumberAttempts)
    assert (letter.wrong_attempts, len(attempts.wrong_at)) == (5, 5)


async def test_twenty_presses_on_the_confirmation_button(world, visitor):
    await visitor.activate(provisional_password=await world.letter())
    await visitor.get(f"/compte/confirmer?jeton={await world.newest_token()}")
    form = await visitor.form_of("/compte/confirmer")
    answers = await posted_at_once([visitor] * MANY, "/compte/confirmer", [form] * MANY)
    assert {answer.status_code for answer in answers} == {303}
    assert len(await world.events("email-confirmed")) == 1
    assert [token.used_at is not None for token in await world.rows(ConfirmationToken)] == [True]


async def test_two_people_confirm_one_address_at_once(world):
    visitors = [world.visitor(), world.visitor()]
    for visitor, number in zip(visitors, ("111111", "222222"), strict=True):
        await visitor.activate(provisional_password=await world.letter(number=number), number=number)
        await visitor.get(f"/compte/confirmer?jeton={await world.newest_token()}")
    forms = [await visitor.form_of("/compte/confirmer") for visitor in visitors]
    statuses = sorted(answer.status_code for answer in await posted_at_once(visitors, "/compte/confirmer", forms))
    assert statuses == [200, 303]
    assert sum(account.confirmed_at is not None for account in await world.rows(Account)) == 1
    assert len(await world.events("email-confirmed")) == 1


async def test_twenty_failed_sign_ins_at_once_are_five_at_most(world, visitor):
    form = await visitor.form_of("/connexion") | {"email": "x@exemple.fr", "password": "n’importe quoi"}
    answers = await posted_at_once([visitor] * MANY, "/connexion", [form] * MANY)
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(422), statuses.count(429)) == (5, 15)
