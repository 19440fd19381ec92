"""Another secret question is no way to guess the password, fills no mailbox, and starts the count of answers anew."""

import asyncio

import pytest

from activation.models import Account, SecurityEvent, SignInAttempts

from .recovery_steps import answer, new_link, opened

QUESTION, SAVED = "/compte/securite/question", "/compte/securite?fait=question"
GOOD = "trois lapins verts dansent"


@pytest.fixture
async def jeanne(world, visitor):
    await world.confirmed()
    await visitor.sign_in()
    return visitor


async def change(visitor, typed: str, question: str = "jeu"):
    return await visitor.fill(QUESTION, secret_question=question, secret_answer=typed)


async def lines(world, kind: str) -> int:
    return [line.kind for line in await world.rows(SecurityEvent)].count(kind)


async def test_guesses_at_the_password_are_counted_with_failed_sign_ins(world, jeanne, plain):
    for place in range(5):
        assert (await change(jeanne, f"quatre tortues {place}")).headers["location"] == SAVED
    for typed in (GOOD, "quatre tortues rouges"):
        blocked = await change(jeanne, typed)
        assert (blocked.status_code, "Trop d’essais. Réessayez dans 1 minute" in plain(blocked)) == (429, True)
        assert int(blocked.headers["retry-after"]) <= 60
    current = {
        "current": GOOD,
        "password": "cinq hiboux gris ronflent",
        "password_confirmation": "cinq hiboux gris ronflent",
    }
    assert (await jeanne.fill("/compte/securite/mot-de-passe", **current)).status_code == 429, "counted together"
    await world.sql("update sign_in_attempts set in_a_row = 100 where in_a_row > 0")
    assert "Mot de passe oublié" in plain(await change(jeanne, GOOD))
    assert await lines(world, "sign-in-failed") == 0, "an answer is no wrong password"


async def test_twenty_guesses_at_once_are_five_at_most(world, jeanne, plain):
    form = await jeanne.form_of(QUESTION) | {"secret_question": "jeu"}
    sent = [jeanne.http.post(QUESTION, data=form | {"secret_answer": f"tortue {place}"}) for place in range(20)]
    answers = await asyncio.gather(*sent)
    assert [one.status_code for one in answers].count(429) == 15
    assert await lines(world, "secret-question-changed") >= 1


async def test_the_password_itself_is_refused_and_costs_nothing(world, jeanne, plain):
    for _ in range(6):
        refused = await change(jeanne, GOOD)
        assert (refused.status_code, "ni votre mot de passe" in plain(refused)) == (422, True)
    assert {row.in_a_row for row in await world.rows(SignInAttempts)} == {0}


async def test_ten_changes_a_day(world, jeanne, plain):
    for place in range(10):
        assert (await change(jeanne, f"quatre tortues {place}")).headers["location"] == SAVED
        await world.sql("update sign_in_attempts set failed_at = '{}', in_a_row = 0")
    for typed in ("une de plus", GOOD):
        stopped = await change(jeanne, typed)
        assert (stopped.status_code, "déjà changé trop souvent aujourd’hui" in plain(stopped)) == (429, True)
    assert len(await world.events("security-changed")) == 10
    (account,) = await world.rows(Account)
    assert await world.parts.secret_answers.verify(account.secret_answer_hash, "quatre tortues 9")
    assert {row.in_a_row for row in await world.rows(SignInAttempts)} == {0}, "the password was not looked at"


async def test_the_same_form_twice_at_once_is_saved_once(world, jeanne):
    form = await jeanne.form_of(QUESTION) | {"secret_question": "jeu", "secret_answer": "La marelle"}
    answers = await asyncio.gather(*(jeanne.http.post(QUESTION, data=form) for _ in range(4)))
    assert {one.headers["location"] for one in answers} == {SAVED}
    assert await lines(world, "secret-question-changed") == len(await world.events("security-changed")) == 1


async def test_two_forms_at_once_and_one_is_told_saved(world, jeanne):
    form = await jeanne.form_of(QUESTION)
    wanted = [{"secret_question": "jeu", "secret_answer": typed} for typed in ("La marelle", "Les billes")]
    answers = await asyncio.gather(*(jeanne.http.post(QUESTION, data=form | one) for one in wanted))
    places = [one.headers["location"] for one in answers]
    changes = await lines(world, "secret-question-changed")
    assert places.count(SAVED) == changes
    assert set(places) <= {SAVED, f"/connexion?suite={QUESTION}&expiree=1"}


async def test_an_account_that_was_frozen_meanwhile(world, jeanne):
    form = await jeanne.form_of(QUESTION) | {"secret_question": "jeu", "secret_answer": "La marelle"}
    await world.sql("update account set frozen_at = now()")
    answered = await jeanne.http.post(QUESTION, data=form)
    assert answered.headers["location"].startswith("/connexion?suite=")
    assert [account.secret_question for account in await world.rows(Account)] == ["livre"]


async def test_wrong_answers_to_the_old_question_hold_nobody_from_the_new_one(world, jeanne):
    for _ in range(2):
        browser = await opened(world, await new_link(world))
        for _ in range(3):
            last = await answer(browser, "Le Petit Prince")
    assert last.status_code == 429
    assert (await change(jeanne, "La marelle")).headers["location"] == SAVED
    assert not [row for row in await world.rows(SignInAttempts) if row.address_fingerprint.startswith("secret-answer")]
    browser = await opened(world, await new_link(world))
    assert (await answer(browser, "la marelle")).headers["location"] == "/compte/mot-de-passe/nouveau"


async def test_answering_and_changing_at_once_wait_for_each_other_in_one_order(world, jeanne):
    """A deadlock would be answered with an error."""
    browsers = [await opened(world, await new_link(world)) for _ in range(4)]
    forms = [
        await one.form_of("/compte/mot-de-passe/question") | {"secret_answer": "Les Malheurs de Sophie"}
        for one in browsers
    ]
    new = await jeanne.form_of(QUESTION) | {"secret_question": "jeu", "secret_answer": "La marelle"}
    answers = await asyncio.gather(
        jeanne.http.post(QUESTION, data=new),
        *(one.http.post("/compte/mot-de-passe/question", data=form) for one, form in zip(browsers, forms, strict=True)),
    )
    assert {one.status_code for one in answers} <= {303, 422, 429}
    assert answers[0].headers["location"] == SAVED
