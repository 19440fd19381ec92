"""The desk's search, timeline and operations in a browser, with JavaScript and without; and what they look like."""

import asyncio

import aio_pika
from browser import colleagues
from playwright.sync_api import expect
from support.dead_letters import bury, bury_many, envelope

from launcher.waiting import wait_for

QUEUE = "member-space.email-confirmed"


def look_up(running, watched, journey, look) -> None:
    page = watched.page
    colleagues.sign_in(running, watched, "conseiller")
    look("home")
    page.get_by_role("link", name="Personnes").first.click()
    expect(page.locator("h1")).to_have_text("Rechercher une personne")
    watched.press("/gestion/personnes")
    expect(page.locator("[data-error-summary]")).to_contain_text("Saisissez un nom, un numéro ou une référence")
    look("search-mistake")

    def found() -> bool:
        page.locator("[name=looked_for]").fill(journey.person.family_name)
        watched.press("/gestion/personnes")
        return page.locator("main table a").count() == 1

    wait_for(found, 60, "the person in the desk's index")
    assert page.url.endswith("/gestion/personnes"), "nothing personal in the address"
    look("found")
    page.locator("main table a").click()

    def posted() -> bool:
        page.reload()
        return "La Poste" in page.locator("#courrier + p").inner_text()

    wait_for(posted, 60, "the letter's news on the timeline")
    expect(page.locator("main")).not_to_contain_text(journey.person.family_name)
    look("parcours")
    page.locator("summary").click()
    page.locator("[name=why]").select_option("appel")
    watched.press("/gestion/personnes/")
    expect(page.locator("h1")).to_contain_text(journey.person.family_name, ignore_case=True)
    look("shown")
    page.get_by_role("link", name="Masquer").click()
    expect(page.locator("main")).not_to_contain_text(journey.person.family_name)


def mend(running, watched, look) -> None:
    page, message = watched.page, envelope()

    async def fail() -> None:
        async with await aio_pika.connect(running.secret("member-space", "broker_url")) as connection:
            channel = await connection.channel()
            await bury(channel, message)
            await bury_many(channel, 3)

    running.do(asyncio.wait_for(fail(), 30))
    colleagues.sign_in(running, watched, "exploitation")
    expect(page.get_by_role("link", name="Personnes")).to_have_count(0)
    page.get_by_role("link", name="Exploitation").first.click()
    expect(page.locator("h1")).to_have_text("Exploitation")
    look("operations")
    page.get_by_role("link", name=QUEUE).click()
    expect(page.get_by_label("Messages en échec").locator("tbody tr")).to_have_count(4)
    look("dead-letters")
    path = f"/gestion/exploitation/member-space/{QUEUE}"
    page.locator(f"a[href='{path}/{message['id']}']").click()
    expect(page.locator("h1")).to_have_text("Message en échec")
    look("dead-letter")
    watched.press(path)
    expect(page.locator("[data-error-summary]")).to_contain_text("Saisissez un motif")
    look("dead-letter-mistake")
    page.locator("[name=act][value=drop]").check()
    page.locator("[name=reason]").fill("message d’essai")
    watched.press(path)
    expect(page.locator(".notice.success")).to_contain_text("1 message supprimé.")
    page.locator("[name=reason]").fill("cause corrigée")
    watched.press(path)
    expect(page.locator(".notice.success")).to_contain_text("3 messages rejoués.")
    expect(page.locator("main")).to_contain_text("Aucun message en échec.")
    expect(page.get_by_label("Tableau des derniers actes")).to_contain_text("cause corrigée")
    look("replayed")


def test_with_javascript(running, watched, journey):
    def look(name: str) -> None:
        watched.picture(name)
        watched.in_every_look()

    look_up(running, watched, journey, look)
    watched.press("/gestion/deconnexion")
    mend(running, watched, look)


def test_without_javascript_on_a_phone(running, watched_without_script, journey):
    look_up(running, watched_without_script, journey, lambda _: None)
    watched_without_script.press("/gestion/deconnexion")
    mend(running, watched_without_script, lambda _: None)
