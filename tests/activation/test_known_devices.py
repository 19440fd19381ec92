"""Browsers that an account knows: strangers' failures do not count there, and a new one is told of."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from support.forgetting import forget
from support.statements import asked

from activation import sign_in_attempts
from activation.failure_subjects import FailureSubject
from activation.models import Account, KnownDevice, SecurityEvent, SignInAttempts
from activation.retention import rules
from activation.security_settings import devices, owner
from shared.security.tokens import new_token, token_digest

GOOD, WRONG = "trois lapins verts dansent", "quatre tortues rouges nagent"
COOKIE = "__Host-appareil"


@pytest.fixture
async def jeanne(world, visitor):
    """Known, and signed out: the cookie stays."""
    await world.confirmed()
    await visitor.sign_in()
    await visitor.http.post("/deconnexion")
    return visitor


async def new_device_mails(world) -> list[str]:
    return [one["email"] for one in await world.events("security-changed") if one["change"] == "new-device"]


def with_device(world, token: str):
    visitor = world.visitor()
    visitor.http.cookies.set(COOKIE, token, domain="testserver.local", path="/")
    return visitor


async def test_the_cookie_and_its_digest(world, visitor):
    await world.confirmed()
    answer = await visitor.sign_in()
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith(f"{COOKIE}="))
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax", f"Max-Age={180 * 24 * 3600}"} <= set(cookie.split("; "))
    await visitor.http.post("/deconnexion")
    (known,) = await world.rows(KnownDevice)
    assert known.digest == token_digest(visitor.cookie(COOKIE))
    assert (await visitor.get("/internal/session?audience=member-space")).status_code == 303
    token = visitor.cookie(COOKIE)
    await visitor.sign_in()
    assert visitor.cookie(COOKIE) == token
    (again,) = await world.rows(KnownDevice)
    assert again.last_seen_at > known.last_seen_at


async def test_a_failed_sign_in_makes_nothing_known(world, visitor):
    await world.confirmed()
    assert (await visitor.sign_in(password=WRONG)).status_code == 422
    assert visitor.cookie(COOKIE) is None
    assert await world.rows(KnownDevice) == []


async def test_a_new_one_is_told_of_but_the_very_first(world, jeanne, plain):
    assert await new_device_mails(world) == []
    await jeanne.sign_in()
    assert await new_device_mails(world) == []
    other = world.visitor()
    other.http.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"
    await other.sign_in()
    assert await new_device_mails(world) == ["jeanne@exemple.fr"]
    line = next(one for one in await world.rows(SecurityEvent) if one.kind == "new-device")
    assert line.label == "Firefox sur Linux"
    page = plain(await other.get("/compte/securite/journal"))
    assert "Connexion depuis un nouvel appareil Firefox sur Linux" in page
    await world.visitor().sign_in()
    assert len(await new_device_mails(world)) == 2


async def test_who_comes_back_after_a_year_is_told(world, jeanne):
    await world.sql("update account set activated_at = activated_at - interval '400 days'")
    await world.sql("delete from known_device")
    await world.visitor().sign_in()
    assert len(await new_device_mails(world)) == 1


async def test_strangers_can_not_lock_a_member_out(world, jeanne):
    stranger = world.visitor()
    for _ in range(5):
        assert (await stranger.sign_in(password=WRONG)).status_code == 422
    assert (await stranger.sign_in()).status_code == 429
    await world.sql("update sign_in_attempts set in_a_row = 100")
    assert (await world.visitor().sign_in()).status_code == 429
    # the member's own browser: in, and with a proof again
    assert (await jeanne.sign_in()).status_code == 303
    proof = await jeanne.fill("/connexion/confirmer", page="/connexion/confirmer?suite=/espace/", password=GOOD)
    assert proof.status_code == 303
    # which frees nobody else
    assert (await world.visitor().sign_in()).status_code == 429


async def test_a_stolen_cookie_wins_one_count_and_no_more(world, jeanne):
    thief = with_device(world, jeanne.cookie(COOKIE))
    for _ in range(5):
        assert (await thief.sign_in(password=WRONG)).status_code == 422
    assert (await thief.sign_in()).status_code == 429
    assert (await world.visitor().sign_in()).status_code == 303
    (attempts,) = [row for row in await world.rows(SignInAttempts) if row.in_a_row]
    assert attempts.in_a_row == 5


async def test_step_up_counts_for_the_browser_too(world, jeanne):
    await jeanne.sign_in()
    for _ in range(5):
        page = "/connexion/confirmer?suite=/espace/"
        assert (await jeanne.fill("/connexion/confirmer", page=page, password=WRONG)).status_code == 422
    assert (await jeanne.fill("/connexion/confirmer", page=page, password=GOOD)).status_code == 429
    assert (await world.visitor().sign_in()).status_code == 303


@pytest.mark.parametrize("token", ["", "forged", "A" * 43, "é" * 43, "x" * 4000])
async def test_a_cookie_that_is_none_counts_under_the_address(world, jeanne, token):
    stranger = with_device(world, "")
    header = {"cookie": f"{COOKIE}={token}".encode()}
    hidden = await stranger.form_of("/connexion")
    visitor_cookie = stranger.cookie("__Host-visiteur")
    header = {"cookie": f"{COOKIE}={token}; __Host-visiteur={visitor_cookie}".encode()}
    stranger.http.cookies.clear()
    sent = hidden | {"email": "jeanne@exemple.fr", "password": WRONG}
    for _ in range(5):
        assert (await stranger.http.post("/connexion", data=sent, headers=header)).status_code == 422
    assert (await world.visitor().sign_in()).status_code == 429


async def test_a_cookie_of_another_account_counts_under_the_address(world, jeanne):
    await world.confirmed("paul@exemple.fr", number="222222", given_name="Paul", family_name="Martin")
    paul = world.visitor()
    await paul.sign_in("paul@exemple.fr")
    await paul.http.post("/deconnexion")
    for _ in range(5):
        assert (await paul.sign_in(password=WRONG)).status_code == 422
    assert (await world.visitor().sign_in()).status_code == 429
    assert (await paul.sign_in("paul@exemple.fr")).status_code == 303


async def test_a_couple_at_one_browser_keeps_one_cookie(world, jeanne):
    await world.confirmed("paul@exemple.fr", number="222222", given_name="Paul", family_name="Martin")
    token = jeanne.cookie(COOKIE)
    await jeanne.sign_in("paul@exemple.fr")
    assert jeanne.cookie(COOKIE) == token
    assert len(await world.rows(KnownDevice)) == 2
    await jeanne.http.post("/deconnexion")
    await jeanne.sign_in()
    assert await new_device_mails(world) == []


async def test_a_token_that_nobody_made_is_never_taken_over(world, jeanne):
    planted = new_token()
    visitor = with_device(world, planted)
    await visitor.sign_in()
    assert token_digest(planted) not in {one.digest for one in await world.rows(KnownDevice)}


async def test_the_same_questions_whoever_asks(world, jeanne):
    """With no cookie, a forged one, another account's, and for an address that nobody has."""
    await world.confirmed("paul@exemple.fr", number="222222", given_name="Paul", family_name="Martin")
    paul = world.visitor()
    await paul.sign_in("paul@exemple.fr")
    seen = []
    with asked() as statements:
        for visitor, email in (
            (world.visitor(), "jeanne@exemple.fr"),
            (with_device(world, new_token()), "jeanne@exemple.fr"),
            (with_device(world, paul.cookie(COOKIE)), "jeanne@exemple.fr"),
            (with_device(world, jeanne.cookie(COOKIE)), "jeanne@exemple.fr"),
            (world.visitor(), "nobody@exemple.fr"),
            (with_device(world, jeanne.cookie(COOKIE)), "nobody@exemple.fr"),
        ):
            hidden = await visitor.form_of("/connexion")
            statements.clear()
            await visitor.http.post("/connexion", data=hidden | {"email": email, "password": WRONG})
            seen.append([one.partition(" SET ")[0] for one, _ in statements])
    assert any("known_device" in one for one in seen[0])
    for one in seen[1:]:
        assert one == seen[0]


async def test_ten_at_most_and_the_least_used_goes(world, jeanne):
    first = jeanne.cookie(COOKIE)
    for _ in range(10):
        await world.visitor().sign_in()
    known = await world.rows(KnownDevice)
    assert len(known) == devices.MOST
    assert token_digest(first) not in {one.digest for one in known}


async def test_unseen_for_half_a_year_it_is_forgotten(world, jeanne):
    await world.sql("update known_device set last_seen_at = last_seen_at - interval '180 days'")
    await jeanne.sign_in()
    assert len(await new_device_mails(world)) == 1
    await forget(world.database, rules(world.settings))
    assert len(await world.rows(KnownDevice)) == 1
    await world.sql("update known_device set last_seen_at = last_seen_at - interval '181 days'")
    await forget(world.database, rules(world.settings))
    assert await world.rows(KnownDevice) == []


async def counted(world) -> set[str]:
    """What failures are counted under, of browsers."""
    subjects = {row.address_fingerprint for row in await world.rows(SignInAttempts)}
    return {one for one in subjects if one.startswith("device:")}


async def test_what_was_counted_goes_with_its_browser(world, jeanne):
    other = world.visitor()
    await other.sign_in()
    await other.http.post("/deconnexion")
    for browser in (jeanne, other):
        await browser.sign_in(password=WRONG)
    names = {one.digest: FailureSubject.DEVICE.of(one.id) for one in await world.rows(KnownDevice)}
    assert await counted(world) == set(names.values())
    (account,) = await world.rows(Account)
    async with world.database.unit_of_work() as work:
        await devices.forget_others(work, account.id, jeanne.cookie(COOKIE))
    assert await counted(world) == {names[token_digest(jeanne.cookie(COOKIE))]}
    # the tenth of those that came since takes its place
    for _ in range(devices.MOST):
        await world.visitor().sign_in()
    assert await counted(world) == set()


async def test_a_count_that_a_sign_in_holds_keeps_nobody_waiting(world, jeanne):
    """It is held before the account; who forgets a browser holds the account already. The hourly purge takes what is left."""
    await jeanne.sign_in(password=WRONG)
    (account,), (known,) = await world.rows(Account), await world.rows(KnownDevice)
    subject = FailureSubject.DEVICE.of(known.id)
    async with world.database.unit_of_work() as signing_in:
        await sign_in_attempts.hold(signing_in, subject)
        async with world.database.unit_of_work() as work:
            await work.session.execute(text("set local lock_timeout = '5s'"))
            await owner.locked(work, account.id)
            await devices.erase(work, account.id)
    assert await world.rows(KnownDevice) == []
    assert await counted(world) == {subject}
    await world.sql("update sign_in_attempts set in_a_row = 100")
    await forget(world.database, rules(world.settings))
    assert await counted(world) == set()


async def test_forgotten_and_known_again_its_count_begins_anew(world, jeanne):
    """As after a password was chosen by a link: who failed a hundred times in their own browser comes in again."""
    for _ in range(5):
        await jeanne.sign_in(password=WRONG)
    (account,) = await world.rows(Account)
    async with world.database.unit_of_work() as work:
        await devices.forget_others(work, account.id)
        token = await devices.remember(work, account, jeanne.cookie(COOKIE), "Firefox")
    assert token != jeanne.cookie(COOKIE)
    assert (await with_device(world, token).sign_in()).status_code == 303
    (known,) = await world.rows(KnownDevice)
    assert known.created_at - known.last_seen_at < timedelta(0)
