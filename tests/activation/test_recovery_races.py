"""Many at once: guesses can't outrun their count, one password is chosen, and what ends an account wins over what enters it."""

import asyncio

import pytest

from activation.models import Account, MemberSession, ResetToken

from .recovery_steps import (
    ANSWER,
    LINK,
    NEW_PASSWORD,
    QUESTION,
    REPORT,
    answer,
    choose,
    kinds,
    new_link,
    opened,
    reset,
)

MANY = 20


async def posted_at_once(visitors, path, forms):
    pairs = zip(visitors, forms, strict=True)
    return await asyncio.gather(*(visitor.http.post(path, data=form) for visitor, form in pairs))


def passwords() -> list[dict[str, str]]:
    typed = [f"{place} tortues rouges nagent" for place in range(10, 10 + MANY)]
    return [{"password": one, "password_confirmation": one} for one in typed]


@pytest.fixture
async def token(world):
    """Of the mail to Mme Garnier, who has forgotten her password."""
    await world.confirmed()
    return await new_link(world)


async def test_twenty_guesses_at_once_are_three_at_most(world, token):
    visitors = [await opened(world, token) for _ in range(MANY)]
    forms = [
        await visitor.form_of(QUESTION) | {"secret_answer": f"Livre {place}"} for place, visitor in enumerate(visitors)
    ]
    answers = await posted_at_once(visitors, QUESTION, forms)
    statuses = [one.status_code for one in answers]
    assert statuses.count(422) == 2, "two wrong ones are told how many are left, the third that the link is at its end"
    assert {one.headers.get("location") for one in answers if one.status_code == 303} == {LINK}
    assert (await kinds(world)).count("secret-answer-wrong") == 3
    (link,) = await world.rows(ResetToken)
    assert (link.wrong_answers, link.answered_by) == (3, None)


async def test_twenty_right_answers_at_once_open_it_for_one_browser(world, token):
    visitors = [await opened(world, token) for _ in range(MANY)]
    forms = [await visitor.form_of(QUESTION) | {"secret_answer": ANSWER} for visitor in visitors]
    await posted_at_once(visitors, QUESTION, forms)
    pages = [await visitor.get(LINK) for visitor in visitors]
    assert sum('name="password"' in page.text for page in pages) == 1
    (link,) = await world.rows(ResetToken)
    assert link.wrong_answers == 0


async def test_twenty_passwords_at_once_and_one_is_the_new_one(world, token):
    visitor = await opened(world, token)
    await answer(visitor)
    forms = [await visitor.form_of(LINK) | one for one in passwords()]
    places = [one.headers["location"] for one in await posted_at_once([visitor] * MANY, LINK, forms)]
    assert sorted(places) == sorted(["/connexion?mot-de-passe=1"] + [LINK] * (MANY - 1))
    assert [one["change"] for one in await world.events("security-changed")] == ["password-reset"]
    chosen = forms[places.index("/connexion?mot-de-passe=1")]["password"]
    assert (await world.visitor().sign_in(password=chosen)).status_code == 303


async def test_five_links_at_once_and_one_is_used(world):
    await world.confirmed()
    visitors = []
    for _ in range(5):
        visitors.append(await opened(world, await new_link(world)))
        await answer(visitors[-1])
    forms = [await visitor.form_of(LINK) | one for visitor, one in zip(visitors, passwords(), strict=False)]
    places = [one.headers["location"] for one in await posted_at_once(visitors, LINK, forms)]
    assert places.count("/connexion?mot-de-passe=1") == 1
    assert (await kinds(world)).count("password-reset") == 1
    assert [link.ended_at is not None for link in await world.rows(ResetToken)] == [True] * 5


async def test_twenty_sendings_of_one_page(world, token):
    visitor = await opened(world, token)
    await answer(visitor)
    form = await visitor.form_of(LINK) | passwords()[0]
    answers = await posted_at_once([visitor] * MANY, LINK, [form] * MANY)
    assert {one.headers["location"] for one in answers} == {"/connexion?mot-de-passe=1"}
    assert (await kinds(world)).count("password-reset") == 1


async def test_signing_in_while_the_password_is_chosen_leaves_no_session_of_the_old_one(world, token):
    visitor = await opened(world, token)
    await answer(visitor)
    form = await visitor.form_of(LINK) | passwords()[0]
    others = [world.visitor() for _ in range(4)]
    old = {"email": "jeanne@exemple.fr", "password": "trois lapins verts dansent"}
    forms = [await one.form_of("/connexion") | old for one in others]
    await asyncio.gather(
        visitor.http.post(LINK, data=form),
        *(one.http.post("/connexion", data=f) for one, f in zip(others, forms, strict=True)),
    )
    assert await world.rows(MemberSession) == []
    assert (await world.visitor().sign_in(password=passwords()[0]["password"])).status_code == 303


async def test_freezing_while_somebody_signs_in_and_resets_leaves_nobody_in(world):
    await world.confirmed()
    await reset(world)
    owner = world.visitor()
    await owner.get(f"{REPORT}?jeton={await world.token_in('security-changed')}")
    press = await owner.form_of(REPORT)
    thief = await opened(world, await new_link(world))
    await answer(thief)
    new = await thief.form_of(LINK) | passwords()[0]
    others = [world.visitor() for _ in range(4)]
    typed = {"email": "jeanne@exemple.fr", "password": NEW_PASSWORD}
    forms = [await one.form_of("/connexion") | typed for one in others]
    answers = await asyncio.gather(
        thief.http.post(LINK, data=new), owner.http.post(REPORT, data=press),
        *(one.http.post("/connexion", data=form) for one, form in zip(others, forms, strict=True)),
    )  # fmt: skip
    assert {one.status_code for one in answers} <= {303, 403, 422}
    assert await world.rows(MemberSession) == []
    assert [account.frozen_at is not None for account in await world.rows(Account)] == [True]
    assert (await choose(thief, "dix tortues bleues nagent")).headers["location"] == LINK
