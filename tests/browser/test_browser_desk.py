"""The way into the desk in a browser: the first sign-in with what the command line printed, with JavaScript and without."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect
from support.hiring import hire

from launcher.staff import Colleague

OWN_PASSWORD = "quatre pélicans lisent le journal"


@pytest.fixture
def newcomer(running) -> Colleague:
    return hire(running, f"zoe.{uuid4().hex[:6]}@mutuelle.exemple", "Zoé Lefèvre", "conseiller")


def first_day(watched, one: Colleague, look) -> None:
    page = watched.page

    def sign_in(password: str) -> None:
        for name, value in {"login": one.login, "password": password, "code": one.code()}.items():
            page.locator(f"[name={name}]").fill(value)
        watched.press("/gestion/connexion")

    watched.open("/gestion/")
    expect(page).to_have_url(f"{watched.site}/gestion/connexion?suite=/gestion/")
    assert page.title() == "Connexion à la gestion – Gestion – Espace assuré & adhérent"
    look("sign-in")
    sign_in("pas le bon mot de passe")
    expect(page.locator("[data-error-summary]")).to_contain_text("le mot de passe ou le code ne correspond pas")
    expect(page.locator("[name=code]")).to_have_value("")
    look("refused")
    sign_in(one.password)
    expect(page.locator("h1")).to_have_text("Choisissez votre mot de passe")
    look("choose")
    watched.open("/gestion/")
    expect(page).to_have_url(f"{watched.site}/gestion/mot-de-passe")
    page.locator("[name=password]").fill("Lefèvre Lefèvre")
    page.locator("[name=password_confirmation]").fill("autre chose")
    watched.press("/gestion/mot-de-passe")
    expect(page.locator("[data-error-summary]")).to_be_visible()
    look("choose, refused")
    for name in ("password", "password_confirmation"):
        page.locator(f"[name={name}]").fill(OWN_PASSWORD)
    watched.press("/gestion/mot-de-passe")
    expect(page.locator("h1")).to_have_text("Bonjour Zoé Lefèvre")
    look("home")
    watched.open("/gestion/nulle-part")
    expect(page.get_by_role("link", name="Retour à l’accueil")).to_have_attribute("href", "/gestion/")
    look("no such page")
    watched.open("/gestion/")
    watched.press("/gestion/deconnexion")
    expect(page).to_have_url(f"{watched.site}/gestion/connexion?deconnexion=1")
    expect(page.locator("main")).to_contain_text("Vous êtes déconnecté.")
    watched.open("/gestion/")
    expect(page).to_have_url(f"{watched.site}/gestion/connexion?suite=/gestion/")


def test_with_javascript(watched, newcomer):
    first_day(watched, newcomer, lambda _: watched.in_every_look())
    header = watched.page.locator("header.top")
    desk = header.evaluate("header => getComputedStyle(header).backgroundColor")
    watched.open("/connexion")
    assert header.evaluate("header => getComputedStyle(header).backgroundColor") != desk, "told apart at a glance"


def test_without_javascript_on_a_phone(watched_without_script, newcomer):
    first_day(watched_without_script, newcomer, lambda _: None)
