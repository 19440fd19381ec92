"""« Sécurité de mon compte »: the present state, for its owner alone; the secret question, the journal in words."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from activation.journal import Kind
from activation.models import Account, EmailChange, ResetToken, SecurityEvent, TotpFactor
from activation.security_settings.journal_words import OTHER, WORDS, words
from shared.security.tokens import new_token, token_digest

PAGES = ("", "/mot-de-passe", "/adresse", "/adresse/suivi", "/question", "/connexions", "/journal")
QUESTION = "/compte/securite/question"


@pytest.fixture
async def jeanne(world, visitor):
    """Signed in just now."""
    await world.confirmed()
    visitor.http.headers["User-Agent"] = "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"
    await visitor.sign_in()
    return visitor


@pytest.fixture
async def an_hour_later(world, jeanne):
    await world.sql("update session set created_at = created_at - interval '1 hour'")
    return jeanne


async def lines(world) -> list[str]:
    return [line.kind for line in await world.rows(SecurityEvent)]


@pytest.mark.parametrize("page", PAGES)
async def test_without_a_session_one_signs_in(visitor, page):
    answer = await visitor.get(f"/compte/securite{page}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/connexion?suite=/compte/securite{page}")


@pytest.mark.parametrize("page", PAGES)
async def test_no_page_is_kept_by_the_browser(jeanne, page):
    answer = await jeanne.get(f"/compte/securite{page}")
    assert answer.status_code in {200, 303}
    assert answer.headers.get("cache-control", "no-store") == "no-store"


async def test_the_state_at_a_glance(world, jeanne, plain):
    page = plain(await jeanne.get("/compte/securite"))
    assert "jeanne@exemple.fr" in page
    assert "Quel est le livre pour enfants que vous préférez ?" in page
    assert "Sophie" not in page
    assert "Connexions en cours 1, celle-ci" in page
    assert "Double vérification Non activée" in page
    assert "Mot de passe Choisi le" in page
    (account,) = await world.rows(Account)
    async with world.database.unit_of_work() as work:
        work.session.add(TotpFactor(account_id=account.id, secret="m1:x", last_step=0, created_at=work.now))
    page = await jeanne.get("/compte/securite")
    assert "Double vérification Activée" in plain(page)
    assert 'href="/compte/securite/double-verification"' in page.text


async def test_a_second_factor_that_is_off_is_not_spoken_of(make_world):
    world = make_world(second_factor="off")
    await world.confirmed()
    visitor = world.visitor()
    await visitor.sign_in()
    assert "double-verification" not in (await visitor.get("/compte/securite")).text


async def test_another_question_asks_for_a_fresh_proof(an_hour_later):
    answer = await an_hour_later.get(QUESTION)
    assert answer.headers["location"] == f"/connexion/confirmer?suite={QUESTION}"
    hidden = await an_hour_later.form_of("/compte/securite/mot-de-passe")
    answer = await an_hour_later.http.post(
        QUESTION, data=hidden | {"secret_question": "jeu", "secret_answer": "Marelle"}
    )
    assert answer.headers["location"] == f"/connexion/confirmer?suite={QUESTION}"


async def test_another_question(world, jeanne, plain):
    (before,) = await world.rows(Account)
    async with world.database.unit_of_work() as work:
        soon = work.now + timedelta(hours=1)
        work.session.add(
            ResetToken(digest=token_digest(new_token()), account_id=before.id, created_at=work.now, expires_at=soon)
        )
    answer = await jeanne.fill(QUESTION, secret_question="jeu", secret_answer="La marelle")
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte/securite?fait=question")
    assert "Votre question secrète est enregistrée." in plain(await jeanne.get(answer.headers["location"]))
    (after,) = await world.rows(Account)
    assert after.secret_question == "jeu"
    assert await world.parts.secret_answers.verify(after.secret_answer_hash, "la marelle")
    (told,) = await world.events("security-changed")
    assert (told["change"], told["email"]) == ("secret-question-changed", "jeanne@exemple.fr")
    assert "marelle" not in str(told).lower()
    assert [one.ended_at is not None for one in await world.rows(ResetToken)] == [True]
    # the same again, and an answer that is the same under its rules: nothing happens twice
    for answer in ("La marelle", "la  MARELLE !"):
        assert (await jeanne.fill(QUESTION, secret_question="jeu", secret_answer=answer)).status_code == 303
    assert (await lines(world)).count("secret-question-changed") == 1
    assert len(await world.events("security-changed")) == 1


@pytest.mark.parametrize(
    ("question", "answer", "message"),
    [
        ("", "Marelle", "Choisissez une question secrète"),
        ("autre", "Marelle", "Choisissez une question de la liste"),
        ("jeu", "", "Saisissez votre réponse"),
        ("jeu", "oui", "trop facile à deviner"),
        ("jeu", "x" * 101, "100 caractères ou moins"),
        ("jeu", "Garnier", "ni votre nom"),
        ("jeu", "27/03/1957", "ni votre date de naissance"),
        ("jeu", "jeanne@exemple.fr", "ni votre adresse électronique"),
        ("jeu", "trois lapins verts dansent", "ni votre mot de passe"),
    ],
)
async def test_answers_that_are_refused(world, jeanne, plain, question, answer, message):
    page = await jeanne.fill(QUESTION, secret_question=question, secret_answer=answer)
    assert (page.status_code, message in plain(page)) == (422, True)
    (account,) = await world.rows(Account)
    assert account.secret_question == "livre"


def test_every_kind_of_line_has_words():
    assert set(WORDS) == set(Kind)
    assert len(set(WORDS.values())) == len(WORDS)
    assert words("from-a-later-version") == OTHER


async def test_the_journal_tells_its_owner_alone(world, jeanne, plain):
    await world.confirmed("paul@exemple.fr", number="222222", given_name="Paul", family_name="Martin")
    paul = world.visitor()
    await paul.sign_in("paul@exemple.fr", "quatre tortues rouges nagent")
    page = plain(await jeanne.get("/compte/securite/journal"))
    for said in ("Compte activé", "Adresse électronique confirmée", "Connexion Firefox sur Android"):
        assert said in page
    assert "Mot de passe refusé" not in page
    await paul.sign_in("paul@exemple.fr")
    assert "Mot de passe refusé" in plain(await paul.get("/compte/securite/journal"))


async def test_the_journal_in_pages(world, jeanne, plain):
    (account,) = await world.rows(Account)
    async with world.database.unit_of_work() as work:
        for minute in range(70):
            at = datetime.now(UTC) - timedelta(minutes=minute)
            work.session.add(SecurityEvent(at=at, kind=Kind.SIGNED_OUT, account_id=account.id, person_id=uuid4()))
    seen, address = 0, "/compte/securite/journal"
    for expected in (30, 30, 13):
        page = await jeanne.get(address)
        found = page.text.count('role="rowheader"')
        assert found == expected
        seen += found
        address = page.text.partition('rel="next" href="')[2].partition('"')[0]
    assert (seen, address) == (73, "")
    for garbage in ("abc", "-1", "0", "9" * 30, "%00", "1;drop", "²"):
        assert (await jeanne.get(f"/compte/securite/journal?avant={garbage}")).status_code == 200


async def test_a_change_that_waits_is_shown(jeanne, world, plain):
    await jeanne.fill("/compte/securite/adresse", email="n@exemple.fr", email_confirmation="n@exemple.fr")
    assert len(await world.rows(EmailChange)) == 1
    assert "Un changement d’adresse attend votre confirmation" in plain(await jeanne.get("/compte/securite"))
