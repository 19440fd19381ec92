"""« Ce n’était pas moi »: reading changes nothing, the button freezes the account, and it stays frozen (design §5)."""

import asyncio

import pytest

from activation import sessions
from activation.models import Account, ConfirmationToken, DisavowalToken, EmailChange, MemberSession, SecondStep
from activation.recovery.disavowal_pages import IN_WORDS
from activation.security_notices import Change, tell
from shared.security.assertions import HEADER
from shared.security.tokens import new_token, token_digest

from .recovery_steps import CHECK, EMAIL, FORGOTTEN, NEW_PASSWORD, REPORT, frozen, kinds, new_link, report, reset

GOOD = "trois lapins verts dansent"


@pytest.fixture
async def token(world):
    """Somebody signed in and reset the password of Mme Garnier's account: the token of the mail that tells her."""
    await world.confirmed()
    await reset(world)
    return await world.token_in("security-changed")


async def test_the_token_leaves_the_address_bar_at_once(visitor, token):
    answer = await visitor.get(f"{REPORT}?jeton={token}")
    assert (answer.status_code, answer.headers["location"]) == (303, REPORT)
    assert answer.headers["referrer-policy"] == "no-referrer"
    cookie = next(one for one in answer.headers.get_list("set-cookie") if one.startswith("__Host-signalement="))
    assert {"HttpOnly", "Secure", "Max-Age=600", "SameSite=lax"} <= set(cookie.split("; "))


async def test_reading_says_what_the_button_does_and_does_nothing(world, token, plain):
    scanner = world.visitor()
    for _ in range(3):
        await scanner.http.head(f"{REPORT}?jeton={token}")
        await scanner.http.head(REPORT)
        page = plain(await scanner.http.get(f"{REPORT}?jeton={token}", follow_redirects=True))
        assert "Le mot de passe oublié a été remplacé le " in page
        assert "plus personne ne pourra s’y connecter" in page
        assert "Bloquer mon compte" in page
    assert [(one.frozen_at, one.email) for one in await world.rows(Account)] == [(None, EMAIL)]
    assert [one.used_at for one in await world.rows(DisavowalToken)] == [None]


async def test_the_button_freezes_the_account(world, token, plain):
    thief = world.visitor()
    await thief.sign_in(password=NEW_PASSWORD)
    link = await new_link(world)
    (account,) = await world.rows(Account)
    async with world.database.unit_of_work() as work:
        row = {
            "digest": token_digest(new_token()),
            "account_id": account.id,
            "created_at": work.now,
            "expires_at": work.now,
        }
        work.session.add(SecondStep(**row, password_digest=b"x"))
        work.session.add(EmailChange(**row, email="voleur@exemple.fr", address_key="voleur@exemple.fr"))
    owner = await report(world, token)
    page = await owner.get(REPORT)
    assert "Votre compte est bloqué" in plain(page)
    assert 'href="/compte/courrier-de-secours"' in page.text
    assert HEADER not in (await thief.get(CHECK)).headers
    assert await world.rows(MemberSession) == await world.rows(SecondStep) == []
    assert [one.ended_at is not None for one in await world.rows(EmailChange)] == [True]
    assert "Ce lien ne fonctionne plus" in plain(
        await world.visitor().http.get(f"/compte/mot-de-passe/nouveau?jeton={link}", follow_redirects=True)
    )
    (event,), (account,) = await world.events("account-frozen"), await world.rows(Account)
    assert (event["account_id"], event["email"], event["confirmed"]) == (str(account.id), EMAIL, True)
    assert account.frozen_at is not None
    assert account.confirmed_at is not None
    assert {"disavowed", "frozen"} <= set(await kinds(world))
    assert token not in str(await world.events("account-frozen")) + str(await world.rows(DisavowalToken))


async def test_only_the_right_password_learns_that_it_is_frozen(world, plain):
    await frozen(world)
    owner = world.visitor()
    right = await owner.sign_in(password=NEW_PASSWORD)
    assert right.status_code == 403
    assert "Ce compte est bloqué à la demande de son titulaire" in plain(right)
    assert 'href="/compte/courrier-de-secours"' in right.text
    assert owner.cookie("__Host-session") is None
    wrong = await world.visitor().sign_in(password=GOOD)
    assert wrong.status_code == 422
    assert "L’identifiant ou le mot de passe ne correspond pas" in plain(wrong)
    assert await world.rows(MemberSession) == []


async def test_a_session_of_a_frozen_account_opens_nothing(world, visitor):
    """Whoever began it a moment too late."""
    account = await frozen(world)
    async with world.database.unit_of_work() as work:
        token = await sessions.start(work, account, "")
    answer = await visitor.get(CHECK, Cookie=f"__Host-session={token}", Accept="*/*")
    assert answer.status_code == 401


async def test_it_works_once_and_says_the_same_again(world, token, plain):
    owner = await report(world, token)
    for _ in range(2):
        assert (await owner.http.post(REPORT, data=await owner.form_of(FORGOTTEN))).status_code == 303
    other = await world.visitor().http.get(f"{REPORT}?jeton={token}", follow_redirects=True)
    assert "Votre compte est bloqué" in plain(other)
    assert "<form" not in other.text
    assert len(await world.events("account-frozen")) == 1
    assert (await kinds(world)).count("disavowed") == 1


async def test_twenty_presses_at_once_freeze_it_once(world, token):
    visitors = [world.visitor() for _ in range(20)]
    forms = []
    for visitor in visitors:
        await visitor.get(f"{REPORT}?jeton={token}")
        forms.append(await visitor.form_of(REPORT))
    presses = zip(visitors, forms, strict=True)
    answers = await asyncio.gather(*(visitor.http.post(REPORT, data=form) for visitor, form in presses))
    assert {answer.status_code for answer in answers} == {303}
    assert len(await world.events("account-frozen")) == 1
    lines = await kinds(world)
    assert (lines.count("disavowed"), lines.count("frozen")) == (1, 1)


@pytest.mark.parametrize(
    ("statement", "title"),
    [
        ("update disavowal_token set expires_at = now()", "Ce lien a expiré"),
        ("delete from disavowal_token", "Ce lien n’est pas reconnu"),
    ],
)
async def test_a_link_that_is_no_longer_good_freezes_nothing(world, visitor, token, plain, statement, title):
    await visitor.get(f"{REPORT}?jeton={token}")
    form = await visitor.form_of(REPORT)
    await world.sql(statement)
    await visitor.http.post(REPORT, data=form)
    page = await visitor.get(REPORT)
    assert title in plain(page)
    assert "<form" not in page.text
    # after another address, the mail of a new link would go to whoever changed it
    assert 'href="/compte/courrier-de-secours"' in page.text
    assert [account.frozen_at for account in await world.rows(Account)] == [None]


@pytest.mark.parametrize("bad", ["", "x", new_token(), "é" * 43])
async def test_what_is_no_link(world, plain, bad):
    page = await world.visitor().http.get(REPORT, params={"jeton": bad}, follow_redirects=True)
    assert "Ce lien n’est pas reconnu" in plain(page)


async def test_an_old_page_freezes_nothing(world, visitor, token):
    await visitor.get(f"{REPORT}?jeton={token}")
    assert (await visitor.http.post(REPORT)).headers["location"] == REPORT
    assert [account.frozen_at for account in await world.rows(Account)] == [None]


async def test_each_change_has_a_link_of_its_own_and_one_freezes(world, plain):
    await world.confirmed()
    (account,) = await world.rows(Account)
    tokens = []
    for change in (Change.NEW_DEVICE, Change.EMAIL_CHANGED):
        async with world.database.unit_of_work() as work:
            await tell(work, account, change, world.parts.notifier, email="ancienne@exemple.fr")
        tokens.append(await world.token_in("security-changed"))
    assert [row.change for row in await world.rows(DisavowalToken)] == ["new-device", "email-changed"]
    second = world.visitor()
    page = plain(await second.http.get(f"{REPORT}?jeton={tokens[1]}", follow_redirects=True))
    assert "L’adresse électronique a été changée le " in page
    for one in tokens:
        await report(world, one)
    assert len(await world.events("account-frozen")) == 1
    assert (await kinds(world)).count("disavowed") == 2


async def test_an_account_that_waits_for_its_confirmation_is_not_confirmed_once_frozen(world, visitor, plain):
    await visitor.activate(provisional_password=await world.letter())
    link = await world.newest_token()
    (account,) = await world.rows(Account)
    async with world.database.unit_of_work() as work:
        await tell(work, account, Change.ACCOUNT_RECOVERED, world.parts.notifier, email="ancienne@exemple.fr")
    await report(world, await world.token_in("security-changed"))
    await visitor.get(f"/compte/confirmer?jeton={link}")
    assert "Un lien plus récent vous a été envoyé" in plain(await visitor.get("/compte/confirmer"))
    await world.sql("update activation_receipt set last_sent_at = last_sent_at - interval '1 hour'")
    await world.sql("update confirmation_token set created_at = created_at - interval '1 hour'")
    await visitor.fill("/compte/cree")
    assert len(await world.rows(ConfirmationToken)) == 1, "no other link was made"
    (event,) = await world.events("account-frozen")
    assert (event["account_id"], event["confirmed"]) == (str(account.id), False), "nobody is told at that address"


async def test_the_browsers_session_ends_with_the_account_and_another_one_goes_on(world, token):
    await world.confirmed("paul@exemple.fr", number="222222")
    owner, paul = world.visitor(), world.visitor()
    await owner.sign_in(password=NEW_PASSWORD)
    await paul.sign_in("paul@exemple.fr")
    # at Paul's, an old page of the link does nothing and the link works once; his session goes on all the while
    await paul.get(f"{REPORT}?jeton={token}")
    await paul.http.post(REPORT)
    assert HEADER in (await paul.get(CHECK)).headers
    await paul.fill(REPORT)
    assert HEADER in (await paul.get(CHECK)).headers
    await owner.get(f"{REPORT}?jeton={token}")
    await owner.http.post(REPORT, data=await owner.form_of(FORGOTTEN))
    assert owner.cookie("__Host-session") is None
    frozen_at = {one.email: one.frozen_at for one in await world.rows(Account)}
    assert (frozen_at[EMAIL] is not None, frozen_at["paul@exemple.fr"]) == (True, None)
    assert len(await world.rows(MemberSession)) == 1


async def test_a_link_that_does_nothing_leaves_the_browser_signed_in(world, token):
    owner = world.visitor()
    await owner.sign_in(password=NEW_PASSWORD)
    await owner.get(f"{REPORT}?jeton={token}")
    form = await owner.form_of(REPORT)
    await world.sql("update disavowal_token set expires_at = now()")
    await owner.http.post(REPORT, data=form)
    assert HEADER in (await owner.get(CHECK)).headers


async def test_a_change_that_a_newer_version_told_of(world, visitor, token, plain):
    await world.sql("update disavowal_token set change = 'from-a-later-version'")
    page = await visitor.http.get(f"{REPORT}?jeton={token}", follow_redirects=True)
    assert (page.status_code, "Un réglage de sécurité du compte a été changé le " in plain(page)) == (200, True)
    assert set(IN_WORDS) == set(Change)
