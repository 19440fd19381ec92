"""« Votre compte est créé »: survives a reload, sends the link again, shows the same when nothing was done."""

from datetime import timedelta

from activation.models import ConfirmationToken

SENT_AGAIN, TOO_EARLY = "Un nouveau courriel est parti.", "Attendez 3 minutes"


async def three_minutes_pass(world) -> None:
    await world.sql("update activation_receipt set last_sent_at = last_sent_at - interval '3 minutes'")
    await world.sql(
        "update confirmation_token set created_at = created_at - interval '3 minutes', "
        "expires_at = expires_at - interval '3 minutes'"
    )


async def test_it_survives_a_reload_and_belongs_to_one_browser(world, visitor, plain):
    await visitor.activate(provisional_password=await world.letter())
    first, second = await visitor.get("/compte/cree"), await visitor.get("/compte/cree")
    assert "Merci Mme Garnier." in plain(first)
    assert "Merci Mme Garnier." in plain(second)
    stranger = await world.visitor().get("/compte/cree")
    assert (stranger.status_code, stranger.headers["location"]) == (303, "/compte/activer")


async def test_the_cookie_is_kept_from_scripts_and_other_sites(world, visitor):
    answer = await visitor.activate(provisional_password=await world.letter())
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-activation="))
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))


async def test_a_new_link_replaces_the_old_one(world, visitor, plain):
    await visitor.activate(provisional_password=await world.letter())
    old = await world.newest_token()
    await three_minutes_pass(world)
    answer = await visitor.fill("/compte/cree")
    assert answer.status_code == 303
    assert SENT_AGAIN in plain(await visitor.get(answer.headers["location"]))
    (event,) = await world.events("confirmation-link-requested")
    assert event["email"] == "jeanne@exemple.fr"
    assert not {"family_name", "given_name", "civility"} & event.keys()
    assert await world.newest_token() != old
    await visitor.get(f"/compte/confirmer?jeton={old}")
    assert "Un lien plus récent vous a été envoyé" in plain(await visitor.get("/compte/confirmer"))


async def test_not_more_often_than_every_three_minutes(world, visitor, plain):
    await visitor.activate(provisional_password=await world.letter())
    early = await visitor.fill("/compte/cree")
    assert TOO_EARLY in plain(await visitor.get(early.headers["location"]))
    assert await world.events("confirmation-link-requested") == []
    await three_minutes_pass(world)
    await visitor.fill("/compte/cree")
    again = await visitor.fill("/compte/cree")
    assert TOO_EARLY in plain(await visitor.get(again.headers["location"]))
    assert len(await world.events("confirmation-link-requested")) == 1


async def test_signing_in_before_confirming_leads_to_the_same_page(world, plain):
    await world.visitor().activate(provisional_password=await world.letter())
    visitor = world.visitor()
    answer = await visitor.sign_in()
    assert answer.headers["location"] == "/compte/cree"
    assert visitor.cookie("__Host-session") is None
    assert "Merci Mme Garnier. Votre compte est créé." in plain(await visitor.get("/compte/cree"))
    early = await visitor.fill("/compte/cree")
    assert TOO_EARLY in plain(await visitor.get(early.headers["location"]))
    await three_minutes_pass(world)
    await visitor.fill("/compte/cree")
    assert len(await world.events("confirmation-link-requested")) == 1


async def test_a_link_lives_24_hours(world, visitor):
    await visitor.activate(provisional_password=await world.letter())
    (token,) = await world.rows(ConfirmationToken)
    assert token.expires_at - token.created_at == timedelta(hours=24)


async def test_a_garbage_cookie_is_no_receipt(visitor):
    for garbage in ("x" * 4000, "x" * 43, "é"):
        headers = {"cookie": f"__Host-activation={garbage}".encode()}
        assert (await visitor.http.get("/compte/cree", headers=headers)).status_code == 303
    assert (await visitor.fill("/compte/cree", page="/compte/activer")).headers["location"] == "/compte/activer"
