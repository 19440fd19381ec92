"""Whoever is signed in is told before their session ends, may stay, and loses no text that took too long to write."""

import pytest
from browser import colleagues
from browser.residents import resident, sign_in
from playwright.sync_api import expect

FORM = "/espace/questions/nouvelle"
WORDS = "Bonjour,\nvoici une longue histoire."


@pytest.fixture
def member(running, someone):
    return resident(running, someone())


def sql(running, query: str) -> str:
    return running.system.postgres.sql(query, database="activation")


def test_a_member_stays_and_a_text_is_sent_even_after_the_end(running, watched, member):
    page, warning = watched.page, watched.page.locator(".session[role=alert]")
    page.clock.install()
    sign_in(watched, member, FORM)
    expect(page.locator("main")).to_contain_text("Votre session se termine après 15 minutes sans activité")
    page.clock.fast_forward("12:00")
    expect(warning).to_be_empty()
    page.clock.fast_forward("00:40")
    expect(warning).to_contain_text("Votre session se termine dans 2 minutes.")
    expect(warning).not_to_contain_text("texte")
    watched.in_every_look()

    sql(running, "update session set last_seen_at = now() - interval '14 minutes'")
    page.locator("[name=text]").focus()
    stay = page.get_by_role("button", name="Rester connecté")
    stay.focus()
    stay.press("Enter")
    expect(warning).to_be_empty()
    expect(page.locator("[name=text]")).to_be_focused()
    assert sql(running, "select max(last_seen_at) > now() - interval '1 minute' from session") == "t"

    page.locator("[name=topic]").select_option("remboursement")
    page.locator("[name=title]").fill("Mes lunettes bleues")
    page.locator("[name=text]").fill(WORDS)
    page.clock.fast_forward("12:40")
    expect(warning).to_contain_text("Votre texte n’est pas encore envoyé.")
    page.clock.fast_forward("02:00")
    expect(warning).to_contain_text("Votre session est terminée. Gardez cette page ouverte")
    watched.in_every_look()
    page.get_by_role("button", name="Envoyer ma question").last.click()
    way = page.get_by_role("link", name="Se connecter (nouvel onglet)")
    expect(way).to_be_focused()
    expect(page.locator("[name=text]")).to_have_value(WORDS)
    with page.context.expect_page() as other:
        way.click()
    expect(other.value.locator("h1")).to_be_visible()
    expect(warning).to_be_empty()
    watched.press(FORM)
    expect(page.locator(".notice.success")).to_contain_text("Votre question est bien enregistrée")


def test_at_the_desk_a_session_that_was_ended_is_told_as_such(running, watched):
    page, warning = watched.page, watched.page.locator(".session[role=alert]")
    page.clock.install()
    colleagues.sign_in(running, watched, "conseiller")
    page.clock.fast_forward("13:40")
    expect(warning).to_contain_text("Votre session se termine dans 1 minute.")
    watched.in_every_look()
    sql(running, "delete from staff_session")
    page.get_by_role("button", name="Rester connecté").click()
    expect(warning).to_contain_text("Votre session est terminée.")
