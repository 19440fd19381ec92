"""« Déléguer » from both sides, in two browsers: invited by mail, accepted, seen under the banner, in the journal, ended."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import expect
from support.browser import Watched
from support.patience import PatientMember
from support.system import Running

from launcher.story import Journey
from launcher.waiting import link_in, received_mail, wait_for

PATIENCE = 60
LIST = "/espace/delegations"


@pytest.fixture
def two(running, someone) -> list[Journey]:
    """People whose spaces are open."""
    journeys = [Journey(running.places, someone()) for _ in "ab"]
    for journey in journeys:
        journey.member.close()
        journey.member = PatientMember(running.places.site)
        journey.ask()
    for journey in journeys:
        journey.receive_letter()
        journey.activate()
        journey.receive_confirmation()
        journey.confirm()
        journey.sign_in()
        journey.see_space()
        journey.member.close()
    return journeys


@dataclass
class Side:
    """One of the two, in front of their own browser."""

    running: Running
    watched: Watched
    who: Journey
    look: bool

    @property
    def page(self):
        return self.watched.page

    def sign_in(self) -> None:
        """On the page where the browser is."""
        self.page.locator("[name=email]").fill(self.who.email)
        self.page.locator("[name=password]").fill(self.who.password)
        self.watched.press("/connexion")

    def seen(self) -> None:
        if self.look:
            self.watched.in_every_look()

    def mail(self, subject: str):
        inbox = self.running.places.inbox
        return wait_for(lambda: received_mail(inbox, self.who.email, subject), PATIENCE, subject)

    def name(self) -> str:
        return self.who.person.family_name


def whole_life(grantor: Side, delegate: Side) -> None:
    invite(grantor, delegate)
    link = link_in(delegate.mail("propose d’accéder"), f"{LIST}/invitation")
    granted = accept(grantor, delegate, link)
    read_and_end(grantor, delegate)
    assert delegate.page.goto(granted).status == 404
    for side in (grantor, delegate):
        side.mail("a pris fin")
    delegate.watched.open(link)
    expect(delegate.page.locator("h1")).to_have_text("Cette invitation ne peut pas être ouverte ici")
    delegate.seen()


def invite(grantor: Side, delegate: Side) -> None:
    """Signed in for long: the password is asked for again, and the answers are kept."""
    page = grantor.page
    grantor.watched.open(LIST)
    grantor.sign_in()
    expect(page.locator("h1")).to_have_text("Déléguer l’accès à mon espace")
    grantor.seen()
    page.get_by_role("link", name="Donner un accès").click()
    grantor.watched.press(f"{LIST}/nouvelle")
    expect(page.locator("[data-error-summary]")).to_contain_text("Choisissez au moins une chose")
    grantor.seen()
    fill = {"given_name": "Camille", "family_name": delegate.name(), "email": delegate.who.email}
    for name, value in fill.items():
        page.locator(f"[name={name}]").fill(value)
    for box in page.locator("input[type=checkbox]").all():
        box.check()
    page.get_by_label("6 mois").check()
    age = "update session set created_at = created_at - interval '6 min'"
    grantor.running.system.postgres.sql(age, database="activation")
    grantor.watched.press(f"{LIST}/nouvelle")
    expect(page.locator("h1")).to_have_text("Confirmez que c’est bien vous")
    grantor.seen()
    page.locator("[name=password]").fill("pas le bon mot de passe")
    grantor.watched.press("/connexion/confirmer")
    expect(page.locator("[data-error-summary]")).to_be_visible()
    page.locator("[name=password]").fill(grantor.who.password)
    grantor.watched.press("/connexion/confirmer")
    expect(page.locator("main")).to_contain_text(delegate.who.email)
    grantor.seen()
    grantor.watched.press(f"{LIST}/nouvelle")
    expect(page.locator("main")).to_contain_text("Invitation envoyée")
    grantor.seen()


def accept(grantor: Side, delegate: Side, link: str) -> str:
    """By the mail's link, signing in on the way; returns the address of what is seen then."""
    other = delegate.page
    delegate.watched.open(link)
    expect(other).to_have_url(f"{delegate.watched.site}/connexion?suite={LIST}/invitation")
    assert link.partition("jeton=")[2] not in other.content()
    delegate.sign_in()
    expect(other).to_have_url(f"{delegate.watched.site}{LIST}/invitation")
    expect(other.locator("main")).to_contain_text("vous propose d’accéder à son espace")
    expect(other.locator("main")).to_contain_text(grantor.name())
    delegate.seen()
    delegate.watched.press(f"{LIST}/invitation/accepter")
    expect(other.locator("main")).to_contain_text("Vous avez accepté")
    delegate.seen()
    grantor.mail("invitation a été acceptée")
    other.get_by_role("link", name="Ouvrir l’espace").click()
    expect(other.locator(".acting")).to_contain_text("Vous consultez l’espace de")
    expect(other.locator("h1")).to_have_text("Remboursements")
    delegate.seen()
    granted = other.url
    for section, heading in {
        "Documents": "Documents",
        "Garanties": "Tableau des garanties",
        "Questions": "Questions",
    }.items():
        other.get_by_role("navigation").get_by_role("link", name=section).click()
        expect(other.locator("h1")).to_have_text(heading)
        expect(other.locator(".acting")).to_contain_text("Vous consultez l’espace de")
        delegate.seen()
    return granted


def read_and_end(grantor: Side, delegate: Side) -> None:
    page = grantor.page
    grantor.watched.open(LIST)
    page.get_by_role("link", name=f"Camille {delegate.name()}").first.click()
    expect(page.locator("main")).to_contain_text("a consulté les remboursements")
    grantor.seen()
    grantor.watched.open("/espace/journal")
    expect(page.locator("main")).to_contain_text("avez invité une personne")
    grantor.seen()
    grantor.watched.open(LIST)
    page.get_by_role("link", name="Retirer l’accès").click()
    grantor.seen()
    grantor.watched.press(LIST)
    expect(page.locator("main")).to_contain_text("L’accès a pris fin")


def test_with_javascript(running, watched, chromium, two):
    context = chromium.new_context(locale="fr-FR")
    other = Watched(context, running.places.site)
    whole_life(Side(running, watched, two[0], look=True), Side(running, other, two[1], look=True))
    context.close()
    other.no_complaints()


def test_without_javascript_on_a_phone(running, watched_without_script, chromium, two):
    context = chromium.new_context(locale="fr-FR", java_script_enabled=False)
    other = Watched(context, running.places.site)
    sides = Side(running, watched_without_script, two[0], look=False), Side(running, other, two[1], look=False)
    whole_life(*sides)
    context.close()
    other.no_complaints()
