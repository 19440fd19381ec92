"""Where one is signed in: seen in words, ended at once, one's own only."""

from uuid import uuid4

import pytest

from activation.models import MemberSession, SecurityEvent
from activation.session_rules import MOST

PAGE, CHECK = "/compte/securite/connexions", "/internal/session?audience=member-space"
PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0"
GOOD, WRONG = "trois lapins verts dansent", "quatre tortues rouges nagent"


@pytest.fixture
async def jeanne(world, visitor):
    await world.confirmed()
    await visitor.sign_in()
    return visitor


@pytest.fixture
async def phone(world, jeanne):
    visitor = world.visitor()
    visitor.http.headers["User-Agent"] = PHONE
    await visitor.sign_in()
    return visitor


async def phones_session(world) -> str:
    (found,) = [one for one in await world.rows(MemberSession) if one.label == "Firefox sur Android"]
    return str(found.id)


async def end(visitor, which: str):
    return await visitor.fill(PAGE, session=which)


async def test_the_browsers_in_words_and_never_as_they_say(world, jeanne, phone, plain):
    page = await jeanne.get(PAGE)
    assert "Firefox sur Android Depuis le" in plain(page)
    assert "Navigateur inconnu Cette connexion" in plain(page)
    assert "Mozilla" not in page.text
    assert all(
        "Mozilla" not in str(row) for row in [*await world.rows(MemberSession), *await world.rows(SecurityEvent)]
    )
    assert page.text.count(">Cette connexion<") == 1


async def test_one_is_ended_at_once(world, jeanne, phone, plain):
    assert (await phone.get(CHECK)).status_code == 200
    answer = await end(jeanne, await phones_session(world))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?fermee=une")
    assert "Cette connexion est fermée." in plain(await jeanne.get(answer.headers["location"]))
    assert (await phone.get(CHECK)).status_code == 303
    assert (await jeanne.get(CHECK)).status_code == 200
    line = [one for one in await world.rows(SecurityEvent) if one.kind == "session-ended"]
    assert [one.label for one in line] == ["Firefox sur Android"]


async def test_all_others_are_ended_at_once(world, jeanne, phone):
    third = world.visitor()
    await third.sign_in()
    assert (await end(jeanne, "autres")).headers["location"] == f"{PAGE}?fermee=autres"
    assert [(await one.get(CHECK)).status_code for one in (jeanne, phone, third)] == [200, 303, 303]
    await end(jeanne, "autres") if "autres" in (await jeanne.get(PAGE)).text else None
    assert [line.kind for line in await world.rows(SecurityEvent)].count("sessions-ended") == 1


async def test_ones_own_only_and_not_the_present_one(world, jeanne, phone):
    await world.confirmed("paul@exemple.fr", number="222222", given_name="Paul", family_name="Martin")
    paul, phones = world.visitor(), await phones_session(world)
    await paul.sign_in("paul@exemple.fr")
    (pauls,) = {one.account_id for one in await world.rows(MemberSession)} - {
        one.account_id for one in await world.rows(MemberSession) if str(one.id) == phones
    }
    (pauls_session,) = [one for one in await world.rows(MemberSession) if one.account_id == pauls]
    # every form needs another session of one's own to be shown: his is taken from his page of settings
    hidden = await paul.form_of("/compte/securite/mot-de-passe")
    for which in (phones, str(uuid4()), "", "x", "é" * 500, "'; drop table session"):
        answer = await paul.http.post(PAGE, data=hidden | {"session": which})
        assert answer.headers["location"] == f"{PAGE}?fermee=une"
    await paul.http.post(PAGE, data=hidden | {"session": "autres"})
    await paul.http.post(PAGE, data=hidden | {"session": str(pauls_session.id)})
    assert [(await one.get(CHECK)).status_code for one in (jeanne, phone, paul)] == [200, 200, 200]
    kinds = {line.kind for line in await world.rows(SecurityEvent)}
    assert not kinds & {"session-ended", "sessions-ended"}


async def test_only_from_a_page_of_ours(world, jeanne, phone, plain):
    answer = await jeanne.http.post(PAGE, data={"session": await phones_session(world)})
    assert (answer.status_code, "Votre page a expiré" in plain(answer)) == (422, True)
    assert (await phone.get(CHECK)).status_code == 200


async def test_sessions_that_ended_by_themselves_are_not_shown(world, jeanne, phone, plain):
    await world.sql(
        "update session set last_seen_at = last_seen_at - interval '16 minutes' where label = 'Firefox sur Android'"
    )
    page = await jeanne.get(PAGE)
    assert page.text.count('<li class="card">') == 1
    assert "Fermer toutes les autres" not in page.text


async def test_the_last_ten_sign_ins_and_failures(world, jeanne, phone, plain):
    stranger = world.visitor()
    for _ in range(3):
        await stranger.sign_in(password=WRONG)
    page = await jeanne.get(PAGE)
    assert plain(page).count("Mot de passe refusé") == 3
    assert page.text.count('role="rowheader"') == 5
    for _ in range(8):
        await world.visitor().sign_in()
    page = await jeanne.get(PAGE)
    assert page.text.count('role="rowheader"') == 10


async def test_ten_sessions_at_most_and_the_least_used_ends(world, jeanne):
    visitors = [world.visitor() for _ in range(MOST)]
    for visitor in visitors[:-1]:
        await visitor.sign_in()
    assert (await jeanne.get(CHECK)).status_code == 200
    await world.sql(
        "update session set last_seen_at = last_seen_at - interval '1 minute' where created_at = "
        "(select min(created_at) from session)"
    )
    await visitors[-1].sign_in()
    assert len(await world.rows(MemberSession)) == MOST
    assert (await jeanne.get(CHECK)).status_code == 303
    assert [(await one.get(CHECK)).status_code for one in visitors] == [200] * MOST


async def test_a_proof_renews_the_token(world, jeanne):
    before = jeanne.cookie("__Host-session")
    (session,) = await world.rows(MemberSession)
    await jeanne.fill("/connexion/confirmer", page="/connexion/confirmer?suite=/espace/", password=GOOD)
    (after,) = await world.rows(MemberSession)
    assert (after.id, after.created_at) == (session.id, session.created_at)
    assert jeanne.cookie("__Host-session") != before
    stolen = await world.visitor().get(CHECK, cookie=f"__Host-session={before}")
    assert stolen.status_code == 303
    assert (await jeanne.get(CHECK)).status_code == 200
