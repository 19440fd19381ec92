"""Another address: asked for after a fresh proof, confirmed from the new mailbox, neutral about other people's."""

import asyncio
import re

import pytest

from activation.models import Account, EmailChange, MemberSession, ResetToken, SecurityEvent
from shared.security.sealing import unseal_text
from shared.security.tokens import new_token, token_digest

PAGE, STATE, LINK = "/compte/securite/adresse", "/compte/securite/adresse/suivi", "/compte/adresse/confirmer"
CHECK = "/internal/session?audience=member-space"
NEW = "jeanne.garnier@exemple.fr"
PAUL = {"number": "222222", "civility": "M.", "given_name": "Paul", "family_name": "Martin"}


@pytest.fixture
async def jeanne(world, visitor):
    await world.confirmed()
    await visitor.sign_in()
    return visitor


async def ask(visitor, email=NEW, again=""):
    return await visitor.fill(PAGE, email=email, email_confirmation=again or email)


async def token(world) -> str:
    """Of the newest mail to a new address, as the notifier opens it."""
    sent = (await world.events("email-change-requested"))[-1]
    return unseal_text(world.notifier_keys, sent["sealed_token"])


async def opened(world, visitor=None):
    visitor = visitor or world.visitor()
    await visitor.get(f"{LINK}?jeton={await token(world)}")
    return visitor


async def emails(world) -> set[str]:
    return {account.email for account in await world.rows(Account)}


async def told(world, change: str) -> list[str]:
    return [event["email"] for event in await world.events("security-changed") if event["change"] == change]


def bare(text: str) -> str:
    return re.sub(r'(name="(?:form_token|submission_id)" value=)"[^"]*"', r"\1", text)


async def test_the_form_asks_for_a_fresh_proof(world, jeanne):
    hidden = await jeanne.form_of(PAGE)
    await world.sql("update session set created_at = created_at - interval '6 minutes'")
    assert (await jeanne.get(PAGE)).headers["location"] == f"/connexion/confirmer?suite={PAGE}"
    # what was not shown after the proof is not taken either
    given = {"email": NEW, "email_confirmation": NEW}
    answer = await jeanne.http.post(PAGE, data={**hidden, "opened": ""} | given)
    assert answer.headers["location"] == f"/connexion/confirmer?suite={PAGE}"
    assert await world.rows(EmailChange) == []
    # begun in time, it may be written to its end, a slip on the way included
    page = await jeanne.http.post(PAGE, data=hidden | given | {"email_confirmation": "x"})
    assert (page.status_code, f'name="opened" value="{hidden["opened"]}"' in page.text) == (422, True)
    assert (await jeanne.http.post(PAGE, data=hidden | given)).headers["location"] == STATE


async def test_until_it_is_confirmed_nothing_changes(world, jeanne, plain):
    answer = await ask(jeanne)
    assert (answer.status_code, answer.headers["location"]) == (303, STATE)
    page = plain(await jeanne.get(STATE))
    assert f"Un courriel est parti à {NEW}" in page
    assert "votre adresse reste jeanne@exemple.fr" in page
    assert await emails(world) == {"jeanne@exemple.fr"}
    (sent,) = await world.events("email-change-requested")
    assert sent["email"] == NEW
    # nothing of the register goes to an address that nobody confirmed
    assert "Garnier" not in str(sent)
    assert "Jeanne" not in str(sent)
    assert await told(world, "email-change-asked") == ["jeanne@exemple.fr"]
    assert (await jeanne.get(PAGE)).headers["location"] == STATE


async def test_the_button_changes_it(world, jeanne, plain):
    other, owner = world.visitor(), jeanne.cookie("__Host-session")
    await other.sign_in()
    (account,) = await world.rows(Account)
    async with world.database.unit_of_work() as work:
        work.session.add(
            ResetToken(
                digest=token_digest(new_token()), account_id=account.id, created_at=work.now, expires_at=work.now
            )
        )
    await ask(jeanne)
    answer = await jeanne.get(f"{LINK}?jeton={await token(world)}")
    assert (answer.status_code, answer.headers["location"]) == (303, LINK)
    assert answer.headers["referrer-policy"] == "no-referrer"
    page = await jeanne.get(LINK)
    assert "Confirmer cette adresse" in page.text
    for private in ("Garnier", "jeanne", await token(world)):
        assert private not in page.text
    assert (await jeanne.fill(LINK)).headers["location"] == LINK
    assert "Votre adresse électronique est changée" in plain(await jeanne.get(LINK))
    (account,) = await world.rows(Account)
    assert (account.email, account.address_key) == (NEW, NEW)
    # the browser that confirmed goes on, under another token; the other one does not, at once
    assert jeanne.cookie("__Host-session") != owner
    assert (await jeanne.get(CHECK)).status_code == 200
    assert (await other.get(CHECK)).status_code == 303
    assert all(one.ended_at for one in await world.rows(ResetToken))
    assert all(one.ended_at for one in await world.rows(EmailChange))
    assert [event["email"] for event in await world.events("email-confirmed")] == ["jeanne@exemple.fr", NEW]
    assert await told(world, "email-changed") == ["jeanne@exemple.fr", NEW]
    assert [line.kind for line in await world.rows(SecurityEvent)].count("email-changed") == 1
    assert (await world.visitor().sign_in("jeanne@exemple.fr")).status_code == 422
    assert (await world.visitor().sign_in(NEW)).status_code == 303


async def test_confirmed_elsewhere_every_session_ends(world, jeanne):
    await ask(jeanne)
    await (await opened(world)).fill(LINK)
    assert await emails(world) == {NEW}
    assert await world.rows(MemberSession) == []
    assert (await jeanne.get(CHECK)).status_code == 303


async def test_another_persons_session_does_not_go_on_as_hers(world, jeanne):
    await world.confirmed("paul@exemple.fr", **PAUL)
    paul = world.visitor()
    await paul.sign_in("paul@exemple.fr")
    before = paul.cookie("__Host-session")
    await ask(jeanne)
    await (await opened(world, paul)).fill(LINK)
    assert await emails(world) == {NEW, "paul@exemple.fr"}
    assert paul.cookie("__Host-session") == before
    assert len(await world.rows(MemberSession)) == 1


async def test_reading_never_uses_the_link(world, jeanne):
    await ask(jeanne)
    scanner = await opened(world)
    for _ in range(3):
        await scanner.http.head(LINK)
        assert "Confirmer cette adresse" in (await scanner.get(LINK)).text
    assert await emails(world) == {"jeanne@exemple.fr"}


async def test_twenty_presses_at_once(world, jeanne):
    await ask(jeanne)
    visitors = [await opened(world) for _ in range(20)]
    forms = [await visitor.form_of(LINK) for visitor in visitors]
    sent = [visitor.http.post(LINK, data=form) for visitor, form in zip(visitors, forms, strict=True)]
    assert {answer.status_code for answer in await asyncio.gather(*sent)} == {303}
    assert len(await world.events("email-confirmed")) == 2
    assert [visitor.cookie("__Host-adresse") for visitor in visitors].count("fait") == 1
    assert len(await told(world, "email-changed")) == 2


async def test_two_people_confirm_one_address_at_once(world, jeanne, plain):
    await world.confirmed("paul@exemple.fr", **PAUL)
    paul = world.visitor()
    await paul.sign_in("paul@exemple.fr")
    browsers = []
    for visitor in (jeanne, paul):
        await ask(visitor)
        browsers.append(await opened(world))
    forms = [await browser.form_of(LINK) for browser in browsers]
    sent = [browser.http.post(LINK, data=form) for browser, form in zip(browsers, forms, strict=True)]
    answers = sorted(await asyncio.gather(*sent), key=lambda answer: answer.status_code)
    assert [answer.status_code for answer in answers] == [200, 303]
    assert "sert déjà à un autre compte" in plain(answers[0])
    assert [account.email for account in await world.rows(Account)].count(NEW) == 1


async def test_another_persons_address_looks_the_same(world, jeanne):
    await world.confirmed("paul@exemple.fr", **PAUL)
    pages, headers = [], []
    for email in ("paul@exemple.fr", "nina@exemple.fr"):
        answer = await ask(jeanne, email)
        assert (answer.status_code, answer.headers["location"]) == (303, STATE)
        page = await jeanne.get(STATE)
        again = await jeanne.fill(STATE, action="renvoyer")
        assert again.headers["location"] == f"{STATE}?suite=attendre"
        await world.sql("update email_change set created_at = created_at - interval '3 minutes'")
        later = await jeanne.fill(STATE, action="renvoyer")
        assert later.headers["location"] == f"{STATE}?suite=parti"
        pages.append(re.sub(r"\d+\s+h\s+\d+", "", bare(page.text).replace(email, "x")))
        headers.append([one.headers.keys() for one in (answer, page, again, later)])
        await world.sql("update email_change set created_at = created_at - interval '3 minutes'")
        assert (await jeanne.fill(STATE, action="abandonner")).headers["location"] == f"{STATE}?suite=abandon"
    assert pages[0] == pages[1]
    assert headers[0] == headers[1]
    assert {event["email"] for event in await world.events("email-change-requested")} == {"nina@exemple.fr"}
    notices = await world.events("security-notice-raised")
    assert [(one["email"], one["notice"]) for one in notices] == [("paul@exemple.fr", "address-already-used")]
    assert await told(world, "email-change-asked") == ["jeanne@exemple.fr"] * 2


async def test_two_people_ask_for_each_others_addresses_at_once(world, jeanne):
    await world.confirmed("paul@exemple.fr", **PAUL)
    paul = world.visitor()
    await paul.sign_in("paul@exemple.fr")
    wanted = ((jeanne, "paul@exemple.fr"), (paul, "jeanne@exemple.fr"))
    forms = [await visitor.form_of(PAGE) | {"email": email, "email_confirmation": email} for visitor, email in wanted]
    sent = [visitor.http.post(PAGE, data=form) for (visitor, _), form in zip(wanted, forms, strict=True)]
    assert [answer.status_code for answer in await asyncio.gather(*sent)] == [303, 303]
    assert len(await world.events("security-notice-raised")) == 2


async def test_the_same_form_twice_asks_once(world, jeanne):
    form = await jeanne.form_of(PAGE) | {"email": NEW, "email_confirmation": NEW}
    answers = await asyncio.gather(*(jeanne.http.post(PAGE, data=form) for _ in range(5)))
    assert {answer.headers["location"] for answer in answers} == {STATE}
    assert len(await world.events("email-change-requested")) == 1
    assert len(await told(world, "email-change-asked")) == 1


async def test_a_newer_link_ends_the_older_and_giving_up_ends_all(world, jeanne, plain):
    await ask(jeanne)
    older = await opened(world)
    await world.sql("update email_change set created_at = created_at - interval '3 minutes'")
    await jeanne.fill(STATE, action="renvoyer")
    assert "Ce lien ne sert plus" in plain(await older.get(LINK))
    newer = await opened(world)
    form = await newer.form_of(LINK)
    await jeanne.fill(STATE, action="abandonner")
    assert "Aucun changement d’adresse en attente" in plain(await jeanne.get(STATE))
    await newer.http.post(LINK, data=form)
    assert "Ce lien ne sert plus" in plain(await newer.get(LINK))
    assert await emails(world) == {"jeanne@exemple.fr"}
    again = await jeanne.fill(STATE, page="/compte/securite/mot-de-passe", action="renvoyer")
    assert again.headers["location"] == f"{STATE}?suite="
    assert len(await world.events("email-change-requested")) == 2


async def test_giving_up_sends_no_second_mail_to_one_address_at_once(world, jeanne, plain):
    await ask(jeanne)
    await jeanne.fill(STATE, action="abandonner")
    answer = await ask(jeanne)
    assert (answer.status_code, "Attendez 3 minutes" in plain(answer)) == (429, True)
    # a slip of the finger is put right at once
    assert (await ask(jeanne, "bonne@exemple.fr")).headers["location"] == STATE
    await jeanne.fill(STATE, action="abandonner")
    await world.sql("update email_change set created_at = created_at - interval '3 minutes'")
    assert (await ask(jeanne)).headers["location"] == STATE
    assert len(await world.events("email-change-requested")) == 3


async def test_an_expired_link(world, jeanne, plain):
    await ask(jeanne)
    visitor = await opened(world)
    form = await visitor.form_of(LINK)
    await world.sql("update email_change set expires_at = now()")
    await visitor.http.post(LINK, data=form)
    assert "Ce lien a expiré" in plain(await visitor.get(LINK))
    assert await emails(world) == {"jeanne@exemple.fr"}


@pytest.mark.parametrize("change", ["frozen_at = now()", "closed_at = now(), confirmed_at = null"])
async def test_a_frozen_or_closed_account_makes_the_link_a_dead_one(world, jeanne, plain, change):
    await ask(jeanne)
    visitor = await opened(world)
    form = await visitor.form_of(LINK)
    await world.sql(f"update account set {change}")
    await visitor.http.post(LINK, data=form)
    assert "Ce lien n’est pas reconnu" in plain(await visitor.get(LINK))
    assert await emails(world) == {"jeanne@exemple.fr"}


async def test_a_link_that_is_none(visitor, plain):
    for garbage in ("", "abc", "x" * 43, "é" * 43, "a" * 5000, "%00"):
        assert (await visitor.get(f"{LINK}?jeton={garbage}")).status_code == 303
        page = await visitor.get(LINK)
        assert (page.status_code, "Ce lien n’est pas reconnu" in plain(page)) == (200, True)
        assert (await visitor.fill(LINK, page="/connexion")).headers["location"] == LINK


async def test_ten_mails_a_day(world, jeanne, plain):
    for place in range(10):
        await world.sql("update email_change set created_at = created_at - interval '3 minutes'")
        await jeanne.fill(STATE, action="abandonner") if place else None
        assert (await ask(jeanne, f"p{place}@exemple.fr")).status_code == 303
    await world.sql("update email_change set created_at = created_at - interval '3 minutes'")
    assert (await jeanne.fill(STATE, action="renvoyer")).headers["location"] == f"{STATE}?suite=demain"
    await jeanne.fill(STATE, action="abandonner")
    answer = await ask(jeanne, "p11@exemple.fr")
    assert (answer.status_code, "Réessayez demain" in plain(answer)) == (429, True)
    assert len(await world.events("email-change-requested")) == 10


@pytest.mark.parametrize(
    ("email", "again", "message"),
    [
        ("", "", "Saisissez votre nouvelle adresse électronique"),
        ("jeanne@exemple.fr", "", "C’est déjà l’adresse de votre compte"),
        ("JEANNE@Exemple.fr", "", "C’est déjà l’adresse de votre compte"),
        ("nouvelle@exemple.fr", "autre@exemple.fr", "doivent être identiques"),
        ("pas une adresse", "", "au bon format"),
        ("a@exemple.fr\r\nBcc: b@exemple.fr", "", "un caractère qui ne s’affiche pas"),
        ("Jeanne <a@exemple.fr>", "", "au bon format"),
        ("a@exemple.fr.", "", "au bon format"),
        ("jeann\u0435@exemple.fr", "", "au bon format"),
        ("m\u0131ke@exemple.fr", "", "au bon format"),
        ("a" * 250 + "@exemple.fr", "", "au bon format"),
    ],
)
async def test_what_is_refused(world, jeanne, plain, email, again, message):
    page = await ask(jeanne, email, again)
    assert (page.status_code, message in plain(page)) == (422, True)
    assert await world.rows(EmailChange) == []


async def test_an_old_page(world, jeanne, plain):
    answer = await jeanne.http.post(PAGE, data={"email": NEW, "email_confirmation": NEW})
    assert (answer.status_code, "Votre page a expiré" in plain(answer)) == (422, True)
    assert NEW in answer.text
    assert (await jeanne.http.post(STATE, data={"action": "abandonner"})).headers["location"] == STATE
    await ask(jeanne)
    assert (await (await opened(world)).http.post(LINK, data={})).headers["location"] == LINK
    assert await emails(world) == {"jeanne@exemple.fr"}
