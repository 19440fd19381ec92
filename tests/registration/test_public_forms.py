"""What holds for each of the three public forms."""

from datetime import UTC, datetime

import pytest
from support.registration import (
    FORMS,
    IDENTIFIER,
    RECOVERY,
    activated,
    confirmed,
    errors,
    returned,
    settings_for,
    without_tokens,
)
from support.statements import asked

from registration.app import create_app
from registration.request_cookie import RequestCookie
from shared.security.sealing import SealingKey

LOST = "La série de chiffres a expiré ou a déjà servi. Recopiez la nouvelle série"
WRONG = "Les chiffres ne correspondent pas. Recopiez la nouvelle série"
IDENTITY = {"situation", "number", "family_name", "birth_day", "birth_month", "birth_year", "postcode", "captcha"}


@pytest.fixture(params=FORMS)
def visitor(new_visitor, request):
    return new_visitor(path=request.param)


@pytest.fixture
def recorded(execute):
    """How many requests of either kind are kept."""

    async def count() -> int:
        [(requests,)] = await execute(
            "SELECT (SELECT count(*) FROM account_request) + (SELECT count(*) FROM identifier_request)"
        )
        return int(requests)

    return count


async def test_the_fields(visitor) -> None:
    page = await visitor.open()
    emails = {"email", "email_confirmation"}
    asked = {name for name in IDENTITY | emails if f'name="{name}"' in page.text}
    assert asked == (IDENTITY if visitor.path == IDENTIFIER else IDENTITY | emails)
    assert "Changer le texte" in page.text
    assert page.headers["cache-control"] == "no-store"


async def test_a_bad_answer_gets_its_message_and_loses_nothing(visitor, recorded) -> None:
    page = await visitor.ask(postcode="3300", birth_month="")
    assert page.status_code == 422
    assert errors(page.text) == [
        "La date de naissance doit comporter un mois",
        "Le code postal doit comporter 5 chiffres",
    ]
    assert 'value="GARNIER"' in page.text
    assert 'value="602602"' not in page.text
    assert "<title>Erreur" in page.text
    assert await recorded() == 0


async def test_change_the_text_keeps_every_answer_and_shows_no_error(visitor, recorded) -> None:
    await visitor.open()
    before = visitor.hidden["captcha_challenge"]
    page = visitor.seen(await visitor.post(action="changer", postcode="x"))
    assert page.status_code == 200
    assert "Erreur" not in page.text
    assert 'value="x"' in page.text
    assert visitor.hidden["captcha_challenge"] != before
    assert (await visitor.post()).status_code == 303
    assert await recorded() == 1


async def test_a_captcha_serves_once_rightly_answered_or_not(visitor, recorded) -> None:
    await visitor.open()
    spent = visitor.hidden["captcha_challenge"]
    assert errors(visitor.seen(await visitor.post(captcha="111111")).text) == [WRONG]
    assert errors(visitor.seen(await visitor.post(captcha_challenge=spent)).text) == [LOST]
    used = visitor.hidden["captcha_challenge"]
    assert (await visitor.post()).status_code == 303
    await visitor.open()
    assert errors((await visitor.post(captcha_challenge=used)).text) == [LOST]
    assert await recorded() == 1


async def test_a_captcha_of_one_form_is_spent_for_the_others(new_visitor, recorded) -> None:
    one = new_visitor()
    await one.open()
    spent = one.hidden["captcha_challenge"]
    assert (await one.post()).status_code == 303
    for path in (IDENTIFIER, RECOVERY):
        one.path = path
        await one.open()
        assert errors((await one.post(captcha_challenge=spent)).text) == [LOST]
    assert await recorded() == 1


async def test_another_visitors_captcha_is_refused(visitor, new_visitor, recorded) -> None:
    other = new_visitor()
    await other.open()
    await visitor.open()
    page = await visitor.post(captcha_challenge=other.hidden["captcha_challenge"])
    assert errors(page.text) == [LOST]
    assert await recorded() == 0


async def test_an_expired_page_and_one_of_another_site(visitor, recorded) -> None:
    await visitor.open()
    page = visitor.seen(await visitor.post(form_token="x"))
    assert page.status_code == 422
    assert "Votre page a expiré" in errors(page.text)[0]
    assert 'value="GARNIER"' in page.text
    visitor.client.headers["Origin"] = "https://elsewhere.example"
    assert (await visitor.post()).status_code == 403
    assert await recorded() == 0


@pytest.mark.parametrize("path", FORMS)
async def test_a_database_that_is_away_costs_no_answer(new_visitor, path) -> None:
    away = create_app(settings_for("postgresql://nobody@127.0.0.1:1/none"))
    page = await new_visitor(away, path).ask()
    assert page.status_code == 503
    assert "momentanément indisponible" in errors(page.text)[0]
    assert 'value="GARNIER"' in page.text


async def test_two_pages_differ_by_their_tokens_only(visitor) -> None:
    assert without_tokens((await visitor.open()).text) == without_tokens((await visitor.open()).text)


async def test_a_cookie_of_before_there_were_two_purposes_is_still_read(new_visitor, settings) -> None:
    cookie = RequestCookie(settings.form_keys)
    visitor = new_visitor()
    visitor.client.cookies.set("__Host-demande", str(cookie._serializer.dumps(["ABCDEFGH", 1_764_000_000])))
    page = await visitor.client.get("/compte/demande")
    assert page.status_code == 200
    assert "ABCD-EFGH" in page.text
    assert "sans compte actif" in page.text


async def test_the_database_is_asked_the_same_whoever_it_is(visitor, new_visitor, register, hear, published) -> None:
    """An account's owner, somebody without one, the same again, somebody whose letter came back, a wrong fact, nobody: even
    where time is short, none tells."""
    await hear(activated(), hours_ago=9)
    await hear(confirmed(), hours_ago=8)
    await register()
    await register("R2", numbers=("member:222222",))
    await register("R3", numbers=("member:333333",))
    await new_visitor().ask(number="333333")
    [asked_before] = await published()
    await hear(returned(asked_before, datetime.now(UTC)))
    seen = []
    with asked() as statements:
        for answers in (
            {},
            {"number": "222222"},
            {"number": "222222"},
            {"number": "333333"},
            {"family_name": "Inconnu"},
            {"number": "999999"},
        ):
            await visitor.open()
            statements.clear()
            assert (await visitor.post(**answers)).status_code == 303
            seen.append([statement for statement, _ in statements])
    reasons = {event.get("reason", event["type"]) for event in (await published())[1:]}
    assert reasons >= ({"account-requested", "address-returned"} if visitor.path != IDENTIFIER else set())
    assert reasons, "something came of it for the known"
    assert any("INSERT INTO outbox" in statement for statement in seen[-1])
    for one in seen[1:]:
        assert one == seen[0]


@pytest.mark.parametrize("answers", [{}, {"number": "222222"}, {"family_name": "Inconnu"}, {"number": "999999"}])
async def test_a_token_is_drawn_and_sealed_for_everybody(new_visitor, register, hear, monkeypatch, answers) -> None:
    """Also where no letter comes of it: the work takes as long."""
    await hear(activated("R2"), hours_ago=9)
    await hear(confirmed("R2"), hours_ago=8)
    await register()
    await register("R2", numbers=("member:222222",))
    sealed, seal = [], SealingKey.seal_text
    monkeypatch.setattr(SealingKey, "seal_text", lambda key, secret: (sealed.append(secret), seal(key, secret))[1])
    await new_visitor().ask(**answers)
    assert [len(token) for token in sealed] == [43]
