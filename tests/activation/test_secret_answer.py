"""The secret question behind the link: three wrong answers end it, and no browser but the one that answered goes on."""

import pytest

from activation.models import ResetToken, SignInAttempts

from .recovery_steps import (
    ANSWER,
    LINK,
    NEW_PASSWORD,
    QUESTION,
    answer,
    choose,
    kinds,
    letter_asked,
    letter_printed,
    new_link,
    opened,
)

SETTINGS = "/compte/securite/question"


@pytest.fixture
async def token(world):
    """Mme Garnier has a confirmed account and has asked for a link: the token of her mail."""
    await world.confirmed()
    return await new_link(world)


async def test_three_wrong_answers_end_the_link(world, token, plain):
    visitor = await opened(world, token)
    for left in ("Il vous reste 2 essais", "Il vous reste 1 essai"):
        wrong = await answer(visitor, "Le Petit Prince")
        assert wrong.status_code == 422
        assert left in plain(wrong)
        assert 'value="Le Petit Prince"' in wrong.text
    last = await answer(visitor, "Le Petit Prince")
    assert (last.status_code, last.headers["location"]) == (303, LINK)
    page = await visitor.get(LINK)
    assert 'href="/compte/courrier-de-secours"' in page.text
    assert (await answer(visitor)).headers["location"] == LINK
    assert (await choose(visitor)).headers["location"] == LINK
    assert (await kinds(world)).count("secret-answer-wrong") == 3
    assert (await visitor.sign_in()).status_code == 303


async def test_what_is_no_answer_costs_no_try(world, token, plain):
    visitor = await opened(world, token)
    for typed, message in (
        ("", "Saisissez votre réponse"),
        (" !? ", "en lettres ou en chiffres"),
        ("x" * 101, "100 caractères"),
    ):
        told = await answer(visitor, typed)
        assert told.status_code == 422
        assert message in plain(told)
    assert [link.wrong_answers for link in await world.rows(ResetToken)] == [0]
    expired = await visitor.http.post(QUESTION, data={"secret_answer": ANSWER})
    assert expired.status_code == 422
    assert f'value="{ANSWER}"' in expired.text


async def test_wrong_answers_add_up_over_many_links(world, plain):
    """Who has the mailbox and not the answer can't ask for link after link: the limits of signing in hold, apart from it."""
    await world.confirmed()
    for _ in range(2):
        visitor = await opened(world, await new_link(world))
        for _ in range(3):
            last = await answer(visitor, "Le Petit Prince")
    assert last.status_code == 429
    assert "Trop de réponses fausses. Réessayez dans 1 minute" in plain(last)
    assert (await world.visitor().sign_in()).status_code == 303, "signing in is counted apart"
    await world.sql("update sign_in_attempts set in_a_row = 100")
    only_letter = await answer(await opened(world, await new_link(world)))
    assert only_letter.status_code == 429
    assert 'href="/compte/courrier-de-secours"' in only_letter.text


async def test_a_right_answer_forgives_the_wrong_ones(world, token):
    visitor = await opened(world, token)
    await answer(visitor, "Le Petit Prince")
    await answer(visitor)
    (link,) = await world.rows(ResetToken)
    assert link.wrong_answers == 1
    assert {row.in_a_row for row in await world.rows(SignInAttempts)} == {0}


async def counted(world) -> dict[str, int]:
    """Failures in a row, by the kind of what they are counted under; no addresses."""
    kinds = {row.address_fingerprint.partition(":")[0]: row.in_a_row for row in await world.rows(SignInAttempts)}
    return {kind: count for kind, count in kinds.items() if kind in {"device", "second-factor", "secret-answer"}}


async def blocked(world) -> None:
    """Nothing but a letter helps."""
    visitor = await opened(world, await new_link(world))
    await answer(visitor, "Le Petit Prince")
    await world.sql("update sign_in_attempts set in_a_row = 100 where address_fingerprint like 'secret-answer:%'")
    assert (await answer(visitor)).status_code == 429
    assert await counted(world) == {"secret-answer": 100}


async def test_another_question_owes_nothing_to_the_answers_of_the_old_one(world):
    await world.confirmed()
    await blocked(world)
    member = world.visitor()
    await member.sign_in()
    changed = await member.fill(SETTINGS, secret_question="jeu", secret_answer="La marelle")
    assert changed.headers["location"] == "/compte/securite?fait=question"
    assert "secret-answer" not in await counted(world)
    visitor = await opened(world, await new_link(world))
    assert (await answer(visitor, "La marelle")).headers["location"] == LINK
    assert 'name="password"' in (await visitor.get(LINK)).text


async def test_nor_does_what_a_letter_opens_anew(world):
    person_id = await world.confirmed()
    await blocked(world)
    letter = await letter_printed(world, await letter_asked(world, person_id))
    assert (await world.visitor().activate(provisional_password=letter)).status_code == 303
    assert await counted(world) == {}


async def test_the_answer_opens_the_link_in_its_own_browser_only(world, token):
    owner = await opened(world, token)
    await answer(owner)
    other = await opened(world, token)
    assert (await other.get(LINK)).headers["location"] == QUESTION
    form = await other.form_of(QUESTION)
    sent = await other.http.post(LINK, data=form | {"password": NEW_PASSWORD, "password_confirmation": NEW_PASSWORD})
    assert sent.headers["location"] == LINK
    assert (await other.sign_in(password=NEW_PASSWORD)).status_code == 422
    assert (await choose(owner)).headers["location"] == "/connexion?mot-de-passe=1"
