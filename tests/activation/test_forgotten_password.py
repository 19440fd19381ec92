"""« Mot de passe oublié »: one answer for every address, a link for who owns it, never so many that it harms."""

import asyncio
import time
from datetime import timedelta

import pytest
from support.statements import asked

from activation.journal import Kind
from activation.models import Account, ResetToken, SecurityEvent
from activation.recovery.reset_rules import LIFETIME
from shared.security.tokens import token_digest

from .recovery_steps import (
    EMAIL,
    FORGOTTEN,
    LINK,
    QUESTION,
    SENT,
    ask,
    closed,
    frozen,
    kinds,
    minutes_pass,
    without_tokens,
)

LINKS = "password-reset-requested"


async def test_a_link_is_mailed_to_the_address_of_the_account(world, visitor):
    await world.confirmed()
    answer = await ask(visitor, " JEANNE@Exemple.fr ")
    assert (answer.status_code, answer.headers["location"]) == (303, SENT)
    (event,), (account,), (row,) = await world.events(LINKS), await world.rows(Account), await world.rows(ResetToken)
    assert (event["email"], event["account_id"]) == (EMAIL, str(account.id))
    token = await world.token_in(LINKS)
    assert row.digest == token_digest(token)
    assert row.expires_at - row.created_at == LIFETIME == timedelta(minutes=60)
    assert token not in str(event)
    assert (await kinds(world)).count("reset-link-sent") == 1


@pytest.fixture
async def everybody(world):
    """An address of each state that an account can be in, and one that nobody has."""
    await frozen(world, email="bloquee@exemple.fr", number="111111")
    await closed(world, await world.confirmed("fermee@exemple.fr", number="222222"))
    await world.confirmed("connue@exemple.fr", number="333333")
    await world.visitor().activate(
        provisional_password=await world.letter(number="444444"), number="444444", email="attend@exemple.fr"
    )
    await world.sql("update confirmation_token set created_at = created_at - interval '3 minutes'")
    await world.sql("delete from throttle")
    return ["bloquee", "fermee", "connue", "attend", "personne"]


async def test_one_answer_for_all_and_a_mail_for_whom_it_helps(world, everybody):
    mails = len(await world.events(LINKS))
    pages = []
    for name in everybody:
        visitor = world.visitor()
        await visitor.get(FORGOTTEN)
        for _ in range(2):  # the second is over the rate of the address
            answer = await ask(visitor, f"{name}@exemple.fr")
            page = await visitor.get(answer.headers["location"])
            pages.append((answer.status_code, answer.text, dict(answer.headers), page.status_code, page.text))
    assert all(page == pages[0] for page in pages)
    assert [event["email"] for event in (await world.events(LINKS))[mails:]] == ["connue@exemple.fr"]
    assert [one["email"] for one in await world.events("confirmation-link-requested")] == ["attend@exemple.fr"]
    refused = [line for line in await world.rows(SecurityEvent) if line.kind == Kind.RESET_REFUSED]
    assert sorted((line.account_id is None, line.subject is None) for line in refused) == [
        (False, True), (True, False), (True, False),
    ], "of the frozen one its id, of the others what the keyed fingerprint says"  # fmt: skip


async def test_the_database_is_asked_the_same_whoever_it_is(world, everybody):
    """But of an account that waits for its first confirmation: it gets its other link anew."""
    seen = []
    with asked() as statements:
        for name in (one for one in everybody if one != "attend"):
            visitor = world.visitor()
            await visitor.get(FORGOTTEN)
            statements.clear()
            await ask(visitor, f"{name}@exemple.fr")
            seen.append([statement for statement, _ in statements])
    assert await world.events(LINKS), "the known one was mailed a link"
    assert any("INSERT INTO reset_token" in statement for statement in seen[-1])
    for one in seen[1:]:
        assert one == seen[0]


async def test_the_page_says_what_else_helps(world, visitor, plain):
    await ask(visitor, "personne@exemple.fr")
    page = await visitor.get(SENT)
    said = plain(page)
    assert (
        "Si cette adresse est l’identifiant d’un compte, un courriel vient de partir. Son lien est valable 60 min"
        in said
    )
    assert "courriels indésirables" in said
    assert "ouvrez le dernier" in said
    for address in ("/compte/courrier-de-secours", "/compte/identifiant-oublie"):
        assert f'href="{address}"' in page.text


async def test_over_the_rate_no_mail_leaves_and_the_earlier_links_go_on(world, visitor):
    await world.confirmed()
    for _ in range(20):
        assert (await ask(visitor)).headers["location"] == SENT
        await minutes_pass(world, 3)
    assert len(await world.events(LINKS)) == 5, "one may leave each hour in each of five places"
    rows = await world.rows(ResetToken)
    assert [(row.ended_at, row.used_by) for row in rows] == [(None, None)] * 5
    await ask(visitor)
    assert len(await world.events(LINKS)) == 6


async def test_two_mails_are_three_minutes_apart(world, visitor):
    await world.confirmed()
    await asyncio.gather(*(ask(world.visitor()) for _ in range(8)))
    assert len(await world.events(LINKS)) == 1
    await minutes_pass(world, 2)
    await ask(visitor)
    assert len(await world.events(LINKS)) == 1
    await minutes_pass(world, 1)
    await ask(visitor)
    assert len(await world.events(LINKS)) == 2


async def test_one_network_address_is_stopped_whoever_it_asks_for(make_world):
    world = make_world(resets_per_hour_per_address=20)
    await world.confirmed()
    visitor = world.visitor()
    statuses = [(await ask(visitor, f"p{place}@exemple.fr")).status_code for place in range(20)]
    assert statuses == [303] * 20
    known, unknown = await ask(visitor, EMAIL), await ask(visitor, "personne@exemple.fr")
    assert known.status_code == unknown.status_code == 429
    assert known.text == unknown.text
    assert known.headers == unknown.headers
    assert known.headers["retry-after"] == "180"
    assert await world.events(LINKS) == []
    visitor.http.headers["X-Forwarded-For"] = "203.0.113.9"
    assert (await ask(visitor)).status_code == 303


async def test_no_answer_comes_before_its_time(make_world):
    world = make_world(answer_seconds=0.4)
    await world.confirmed()
    for email in (EMAIL, "personne@exemple.fr"):
        visitor = world.visitor()
        form = await visitor.form_of(FORGOTTEN) | {"email": email}
        began = time.monotonic()
        assert (await visitor.http.post(FORGOTTEN, data=form)).status_code == 303
        assert time.monotonic() - began >= 0.4


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "Saisissez votre identifiant"),
        ("jeanne", "Saisissez une adresse électronique au bon format"),
        ("jeanne@exemple.fr\r\nBcc: tous@exemple.fr", "Erreur :"),
        ("a" * 300, "Saisissez une adresse électronique au bon format"),
    ],
)
async def test_what_is_no_address_is_told_beside_its_field(world, visitor, plain, typed, message):
    answer = await ask(visitor, typed)
    assert answer.status_code == 422
    assert message in plain(answer)
    assert 'href="#email"' in answer.text


async def test_an_old_page_is_shown_again_with_its_answer(visitor):
    answer = await visitor.http.post(FORGOTTEN, data={"email": EMAIL})
    assert answer.status_code == 422
    assert f'value="{EMAIL}"' in answer.text


async def test_nobody_sees_the_question_without_a_link(world, visitor, plain):
    await world.confirmed()
    await ask(visitor)
    for page in (QUESTION, LINK):
        answer = await visitor.http.get(page, follow_redirects=True)
        assert "Ce lien n’est pas reconnu" in plain(answer)
        assert "livre pour enfants" not in plain(answer)
    for page in (QUESTION, LINK):
        form = await visitor.form_of(FORGOTTEN) | {
            "secret_answer": "Les Malheurs de Sophie", "password": "quatre tortues rouges nagent",
            "password_confirmation": "quatre tortues rouges nagent",
        }  # fmt: skip
        answer = await visitor.http.post(page, data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, LINK)
    assert without_tokens((await visitor.get(FORGOTTEN)).text).count("<form") == 1
