"""« Sécurité de mon compte » in a browser, with JavaScript and without: password, question, address, connections, journal."""

import re

import pytest
from playwright.sync_api import expect

from launcher.story import NEW_PASSWORD, PATIENCE, Journey
from launcher.waiting import link_in, received_mail, wait_for

SETTINGS = "/compte/securite"
ANOTHER = "cinq hiboux gris ronflent"


@pytest.fixture
def member(running, someone):
    """Somebody whose space is open."""
    journey = Journey(running.places, someone())
    for _, play in journey.steps():
        play()
    yield journey
    journey.member.close()


def sign_in(watched, email: str, password: str) -> None:
    watched.open(f"/connexion?suite={SETTINGS}")
    watched.page.locator("[name=email]").fill(email)
    watched.page.locator("[name=password]").fill(password)
    watched.press("/connexion")
    expect(watched.page.locator("h1")).to_have_text("Sécurité de mon compte")


def walk(running, watched, tablet, member, look) -> None:
    page = watched.page
    sign_in(watched, member.email, NEW_PASSWORD)
    expect(page.locator("main")).to_contain_text(member.email)
    look()
    change_password(watched, look)
    change_question(running, watched, look)
    ask_for_another_address(watched, member, look)
    confirm_another_address(running, watched, member, look)
    sign_in(tablet, member.email, ANOTHER)
    see_and_end(watched, tablet, look)
    page.locator("main").get_by_role("link", name="Sécurité de mon compte").click()
    page.get_by_role("link", name="Lire le journal de sécurité").click()
    expect(page.locator("h1")).to_have_text("Journal de sécurité")
    for line in ("Mot de passe changé", "Question secrète changée", "Connexion fermée à distance"):
        expect(page.locator("table")).to_contain_text(line)
    look()
    watched.open("/espace/profil")
    page.get_by_role("link", name="gérer la sécurité de mon compte").click()
    expect(page).to_have_url(watched.site + SETTINGS)


def change_password(watched, look) -> None:
    page, address = watched.page, f"{SETTINGS}/mot-de-passe"
    page.get_by_role("link", name="Modifier le mot de passe").click()
    look()
    watched.press(address)
    expect(page.locator("[data-error-summary]")).to_contain_text("Saisissez votre mot de passe actuel")
    assert page.title().startswith("Erreur\u00a0: ")
    look()
    page.locator("[name=current]").fill(NEW_PASSWORD)
    for field in ("password", "password_confirmation"):
        page.locator(f"[name={field}]").fill(ANOTHER)
    watched.press(address)
    expect(page.locator(".notice[role=status]")).to_contain_text("Votre mot de passe est changé")
    look()


def change_question(running, watched, look) -> None:
    page = watched.page
    age = "update session set created_at = created_at - interval '6 min', authenticated_at = null"
    running.system.postgres.sql(age, database="activation")
    page.get_by_role("link", name="Modifier la question secrète").click()
    expect(page.locator("h1")).to_have_text("Confirmez que c’est bien vous")
    page.locator("[name=password]").fill(ANOTHER)
    watched.press("/connexion/confirmer")
    expect(page.locator("h1")).to_have_text("Changer ma question secrète")
    look()
    page.locator("[name=secret_question]").select_option("jeu")
    page.locator("[name=secret_answer]").fill("La marelle")
    watched.press(f"{SETTINGS}/question")
    expect(page.locator("main")).to_contain_text("jeu préféré")


def ask_for_another_address(watched, member, look) -> None:
    page, address = watched.page, f"{SETTINGS}/adresse"
    page.get_by_role("link", name="Modifier l’adresse électronique").click()
    expect(page.locator("h1")).to_have_text("Changer mon adresse électronique")
    look()
    wanted = member.email.replace("@", ".nouvelle@")
    for field in ("email", "email_confirmation"):
        page.locator(f"[name={field}]").fill(wanted)
    watched.press(address)
    expect(page.locator("h1")).to_have_text("Confirmez votre nouvelle adresse")
    expect(page.locator("main")).to_contain_text(wanted)
    look()
    page.get_by_role("button", name="Renvoyer le courriel").last.click()
    expect(page.locator(".notice[role=status]")).to_contain_text("Attendez 3\u00a0minutes")
    page.get_by_role("button", name="Abandonner ce changement").click()
    expect(page.locator("h1")).to_have_text("Aucun changement d’adresse en attente")
    look()


def see_and_end(watched, other, look) -> None:
    page = watched.page
    page.get_by_role("link", name="Voir et fermer les connexions").click()
    expect(page.locator("h1")).to_have_text("Mes connexions")
    expect(page.locator(".card")).to_have_count(2)
    look()
    page.get_by_role("button", name=re.compile("Fermer la connexion Safari sur iPad")).click()
    expect(page.locator(".notice[role=status]")).to_contain_text("Cette connexion est fermée.")
    expect(page.locator(".card")).to_have_count(1)
    other.open(SETTINGS)
    expect(other.page.locator("h1")).to_have_text("J’accède à mon compte")


def confirm_another_address(running, watched, member, look) -> None:
    """By the link of the mail."""
    page, inbox = watched.page, running.places.inbox
    wanted = member.email.replace("@", ".autre@")
    page.get_by_role("link", name="Changer mon adresse électronique").click()
    for field in ("email", "email_confirmation"):
        page.locator(f"[name={field}]").fill(wanted)
    watched.press(f"{SETTINGS}/adresse")
    expect(page.locator("main")).to_contain_text(wanted)
    mail = wait_for(lambda: received_mail(inbox, wanted, "nouvelle adresse"), PATIENCE, "the mail with the link")
    watched.open(link_in(mail, "/compte/adresse/confirmer"))
    assert "jeton" not in page.url
    expect(page.locator("h1")).to_have_text("Confirmez le changement d’adresse")
    look()
    watched.press("/compte/adresse/confirmer")
    expect(page.locator("h1")).to_have_text("Votre adresse électronique est changée")
    look()
    member.email = wanted
    watched.open(SETTINGS)
    expect(page.locator("main")).to_contain_text(wanted)


def test_with_javascript(running, watched, tablet, member):
    walk(running, watched, tablet, member, watched.in_every_look)


def test_without_javascript_on_a_phone(running, watched_without_script, tablet, member):
    walk(running, watched_without_script, tablet, member, lambda: None)
