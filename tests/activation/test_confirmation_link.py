"""The link of the confirmation e-mail: reading never uses it, pressing the button does, once (design §5)."""

import pytest

from activation.models import Account, ConfirmationToken
from shared.security.tokens import new_token

BUTTON = "Confirmer mon adresse"


@pytest.fixture
async def token(world, visitor):
    """Mme Garnier has activated in ``visitor``; the token of her mail."""
    await visitor.activate(provisional_password=await world.letter())
    return await world.newest_token()


async def opened(world, token: str):
    """Another browser, in which the link was opened."""
    visitor = world.visitor()
    await visitor.get(f"/compte/confirmer?jeton={token}")
    return visitor


async def test_the_token_leaves_the_address_bar_at_once(visitor, token):
    answer = await visitor.get(f"/compte/confirmer?jeton={token}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte/confirmer")
    assert answer.headers["referrer-policy"] == "no-referrer"
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-confirmation="))
    assert {"HttpOnly", "Secure", "Max-Age=600", "SameSite=lax"} <= set(cookie.split("; "))


async def test_reading_never_uses_the_link(world, token):
    scanner = world.visitor()
    for _ in range(3):
        await scanner.http.head(f"/compte/confirmer?jeton={token}")
        await scanner.http.head("/compte/confirmer")
        await scanner.get(f"/compte/confirmer?jeton={token}")
        assert BUTTON in (await scanner.get("/compte/confirmer")).text
    assert [account.confirmed_at for account in await world.rows(Account)] == [None]
    assert await world.events("email-confirmed") == []


async def test_the_button_confirms_and_tells(world, token, plain):
    visitor = await opened(world, token)
    answer = await visitor.fill("/compte/confirmer")
    assert (answer.status_code, answer.headers["location"]) == (303, "/compte/confirmer")
    page = await visitor.get("/compte/confirmer")
    assert "Votre compte adhérent a bien été activé." in plain(page)
    assert '<a class="button" href="/connexion">Allez à la page de connexion</a>' in page.text
    (event,), (account,) = await world.events("email-confirmed"), await world.rows(Account)
    assert (event["account_id"], event["email"]) == (str(account.id), "jeanne@exemple.fr")
    assert account.confirmed_at is not None


async def test_only_the_browser_that_activated_posts_by_itself(world, visitor, token):
    await visitor.get(f"/compte/confirmer?jeton={token}")
    assert "data-autosubmit" in (await visitor.get("/compte/confirmer")).text
    elsewhere = await opened(world, token)
    assert "data-autosubmit" not in (await elsewhere.get("/compte/confirmer")).text


async def test_another_persons_browser_does_not_post_by_itself(world, token):
    other = world.visitor()
    await other.activate(
        provisional_password=await world.letter(number="222222"), number="222222", email="o@exemple.fr"
    )
    await other.get(f"/compte/confirmer?jeton={token}")
    assert "data-autosubmit" not in (await other.get("/compte/confirmer")).text


async def test_the_page_carries_nothing_of_the_register(world, token):
    page = (await (await opened(world, token)).get("/compte/confirmer")).text
    for private in ("Garnier", "Jeanne", "jeanne", "372257", token):
        assert private not in page


async def test_a_used_link(world, token, plain):
    await (await opened(world, token)).fill("/compte/confirmer")
    later = await opened(world, token)
    page = await later.get("/compte/confirmer")
    assert "Cette adresse est déjà confirmée" in plain(page)
    assert 'href="/connexion"' in page.text


async def test_an_expired_link_and_a_new_one(world, token, plain):
    await world.sql(
        "update confirmation_token set created_at = created_at - interval '24 hours', "
        "expires_at = expires_at - interval '24 hours'"
    )
    visitor = await opened(world, token)
    page = await visitor.get("/compte/confirmer")
    assert "Ce lien a expiré Les liens sont valables 24 heures" in plain(page)
    assert "data-autosubmit" not in page.text
    pressed_anyway = await visitor.fill("/compte/confirmer", action="envoyer")
    assert pressed_anyway.status_code == 303
    assert await world.events("email-confirmed") == []
    await visitor.fill("/compte/confirmer", action="renvoyer")
    assert "Un nouveau courriel est parti" in plain(await visitor.get("/compte/confirmer"))
    newer = await opened(world, await world.newest_token())
    assert BUTTON in (await newer.get("/compte/confirmer")).text
    assert len(await world.events("confirmation-link-requested")) == 1
    older = await opened(world, token)
    await older.fill("/compte/confirmer", page="/connexion", action="renvoyer")
    assert len(await world.events("confirmation-link-requested")) == 1


async def test_a_link_that_is_none(visitor, plain):
    for garbage in ("", "abc", "x" * 43, "é" * 43, "a" * 5000, "%00", "../../etc"):
        answer = await visitor.get(f"/compte/confirmer?jeton={garbage}")
        assert answer.status_code == 303
        page = await visitor.get("/compte/confirmer")
        assert (page.status_code, "Ce lien n’est pas reconnu" in plain(page)) == (200, True)
        pressed = await visitor.fill("/compte/confirmer", page="/connexion")
        assert (pressed.status_code, pressed.headers["location"]) == (303, "/compte/confirmer")


async def test_a_foreign_token_changes_nothing(world, visitor, token, plain):
    stranger = await opened(world, new_token())
    assert "Ce lien n’est pas reconnu" in plain(await stranger.get("/compte/confirmer"))
    await stranger.fill("/compte/confirmer", page="/connexion")
    assert [one.used_at for one in await world.rows(ConfirmationToken)] == [None]


async def test_an_expired_page_does_not_confirm(world, token):
    visitor = await opened(world, token)
    answer = await visitor.http.post("/compte/confirmer", data={"form_token": "x", "submission_id": "y"})
    assert answer.status_code == 303
    assert await world.events("email-confirmed") == []
