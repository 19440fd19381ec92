"""Profil in a browser, with JavaScript and without: what is held, the data to take along, closing and changing one's mind."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from launcher.story import NEW_PASSWORD, Journey


@pytest.fixture
def member(running, someone):
    """Somebody whose space is open."""
    journey = Journey(running.places, someone())
    for _, play in journey.steps():
        play()
    yield journey
    journey.member.close()


def sign_in(watched, member) -> None:
    watched.open("/connexion")
    watched.page.locator("[name=email]").fill(member.email)
    watched.page.locator("[name=password]").fill(NEW_PASSWORD)
    watched.press("/connexion")
    expect(watched.page.locator("h1")).to_contain_text(member.person.family_name, timeout=30_000)


def walk(running, watched, member, look) -> None:
    page = watched.page
    sign_in(watched, member)
    page.get_by_role("link", name="Profil", exact=True).click()
    expect(page.locator("h1")).to_have_text("Profil")
    expect(page.locator("main")).not_to_contain_text(member.email)
    look()
    page.get_by_role("link", name="Afficher l’adresse électronique entière").click()
    expect(page.locator("main")).to_contain_text(member.email)

    age = "update session set created_at = created_at - interval '6 min'"
    running.system.postgres.sql(age, database="activation")
    page.get_by_role("link", name="Télécharger mes données").click()
    expect(page.locator("h1")).to_have_text("Confirmez que c’est bien vous")
    page.locator("[name=password]").fill(NEW_PASSWORD)
    watched.press("/connexion/confirmer")
    expect(page.locator("h1")).to_have_text("Télécharger mes données")
    look()
    with page.expect_download() as told:
        page.get_by_role("link", name="Données de mon espace (JSON)").click()
    data = json.loads(Path(told.value.path()).read_text())
    assert data["space"][0]["email"] == member.email
    with page.expect_download() as told:
        page.get_by_role("link", name="Résumé de mes données (PDF)").click()
    assert Path(told.value.path()).read_bytes().startswith(b"%PDF-")

    close_and_change_ones_mind(watched, look)

    own = f"person_id = '{data['space'][0]['person_id']}'"
    running.system.postgres.sql(f"update contract set until = '2020-12-31' where {own}", database="member_space")
    watched.open("/espace/documents/carte.pdf")
    expect(page.locator("h1")).to_have_text("Carte de tiers payant")
    expect(page.locator("main")).to_contain_text("contrat en cours")
    look()


def close_and_change_ones_mind(watched, look) -> None:
    page, address = watched.page, "/espace/profil/cloture"
    watched.open(address)
    look()
    page.get_by_role("link", name="Continuer").click()
    look()
    watched.press(f"{address}/verification")
    expect(page.locator("[data-error-summary]")).to_contain_text("Cochez la case")
    assert page.title().startswith("Erreur\u00a0: ")
    look()
    page.locator("[name=confirmed]").check()
    watched.press(f"{address}/verification")
    expect(page).to_have_url(watched.site + address)
    expect(page.locator("main")).to_contain_text("C-")
    look()
    watched.press(f"{address}/annulation")
    expect(page.locator("main")).to_contain_text("a été annulée")
    look()


def test_with_javascript(running, watched, member):
    walk(running, watched, member, watched.in_every_look)


def test_without_javascript_on_a_phone(running, watched_without_script, member):
    walk(running, watched_without_script, member, lambda: None)
