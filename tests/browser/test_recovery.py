"""A password forgotten, a takeover reported, the letter that opens the account anew: in a browser, with JavaScript and
without; every mail and the letter as they arrive."""

from dataclasses import dataclass

import pytest
from browser.forms import fill
from browser.residents import resident, sign_in
from playwright.sync_api import expect
from support.browser import Watched
from support.system import Running

from launcher.story import PATIENCE, Journey
from launcher.waiting import link_in, opens_activation, printed_password, received_mail, wait_for

FORGOTTEN = "/compte/mot-de-passe-oublie"
QUESTION, PASSWORD = "/compte/mot-de-passe/question", "/compte/mot-de-passe/nouveau"
REPORT, LETTER = "/compte/signaler", "/compte/courrier-de-secours"
ANOTHER = "deux escargots pressés doublent"
LAST = "neuf cigales sans partition"


@pytest.fixture
def member(running, someone):
    return resident(running, someone())


@dataclass
class Walk:
    """Somebody in front of one browser who had a space."""

    running: Running
    watched: Watched
    member: Journey
    script: bool

    def __post_init__(self) -> None:
        self.page = self.watched.page

    def look(self) -> None:
        if self.script:
            self.watched.in_every_look()

    def titled(self, title: str) -> None:
        expect(self.page.locator("h1")).to_have_text(title)
        self.look()

    def mail(self, subject: str) -> dict[str, str]:
        inbox, to = self.running.places.inbox, self.member.email
        return wait_for(lambda: received_mail(inbox, to, subject), PATIENCE, f"« {subject} »")

    def open_link(self, subject: str, path: str) -> None:
        self.watched.open(link_in(self.mail(subject), path))
        assert "jeton" not in self.page.url

    def refused(self, action: str, words: str, **answers: str) -> None:
        fill(self.page, answers)
        self.watched.press(action)
        expect(self.page.locator("[data-error-summary]")).to_contain_text(words)
        assert self.page.title().startswith("Erreur\u00a0: ")
        self.look()

    def ask_for_a_link(self) -> None:
        self.watched.open("/")
        self.page.get_by_role("link", name="Mot de passe oublié").click()
        self.titled("Mot de passe oublié\u00a0?")
        self.refused(FORGOTTEN, "Saisissez votre identifiant")
        fill(self.page, {"email": self.member.email})
        self.watched.press(FORGOTTEN)
        self.titled("Consultez votre messagerie")

    def choose_a_password(self) -> None:
        self.open_link("Choisissez un nouveau mot de passe", PASSWORD)
        self.titled("Votre question secrète")
        self.refused(QUESTION, "Il vous reste 2\u00a0essais", secret_answer="Candide")
        fill(self.page, {"secret_answer": self.member.secret_answer.upper()})
        self.watched.press(QUESTION)
        self.titled("Choisissez un nouveau mot de passe")
        self.refused(PASSWORD, "identiques", password=ANOTHER, password_confirmation=LAST)
        self.member.password = ANOTHER
        fill(self.page, {"password": ANOTHER, "password_confirmation": ANOTHER})
        self.watched.press(PASSWORD)
        expect(self.page.locator(".notice[role=status]")).to_contain_text("Votre mot de passe est changé")
        self.titled("J’accède à mon compte")
        self.enter()
        self.open_link("Choisissez un nouveau mot de passe", PASSWORD)
        self.titled("Ce lien a déjà servi")

    def enter(self) -> None:
        sign_in(self.watched, self.member, "/espace/")
        expect(self.page.locator("h1")).to_contain_text(self.member.person.family_name, timeout=30_000)

    def report(self) -> None:
        """« Ce n’était pas moi »: reading the page ends nothing, its button ends everything."""
        self.open_link("mot de passe oublié a été remplacé", REPORT)
        self.titled("Ce n’était pas vous\u00a0?")
        expect(self.page.locator("main")).to_contain_text("Le mot de passe oublié a été remplacé le ")
        self.watched.open("/espace/")
        expect(self.page.locator("h1")).to_contain_text(self.member.person.family_name)
        self.watched.open(REPORT)
        self.watched.press(REPORT)
        self.titled("Votre compte est bloqué")
        self.watched.open("/espace/")
        expect(self.page.locator("h1")).to_have_text("J’accède à mon compte")

    def meet_the_frozen_account(self) -> None:
        fill(self.page, {"email": self.member.email, "password": self.member.password})
        with self.page.expect_response("**/connexion") as answered:
            self.watched.press("/connexion")
        assert answered.value.status == 403
        self.titled("Ce compte est bloqué à la demande de son titulaire")
        self.mail("Votre compte est bloqué")
        self.page.get_by_role("link", name="Demander un courrier de secours").click()
        expect(self.page).to_have_url(self.watched.site + LETTER)

    def ask_for_the_letter(self) -> None:
        """From another address than the one in other hands, a day after the first letter at the earliest."""
        self.running.system.postgres.sql(
            "update account_request set requested_at = requested_at - interval '2 days'", database="registration"
        )
        self.member.email = self.member.email.replace("@", ".nouvelle@")
        fill(self.page, self.member.request())
        self.watched.press(LETTER)
        self.titled("Votre demande est bien prise en compte")

    def activate_anew(self) -> None:
        places, member = self.running.places, self.member
        wait_for(lambda: opens_activation(places, member.email), PATIENCE, "the letter's news at activation")
        found = wait_for(lambda: printed_password(places.letters, member.person.family_name), PATIENCE, "the letter")
        member.provisional_password, member.password = found[1], LAST
        self.page.get_by_role("link", name="activez de nouveau votre compte").click()
        fill(self.page, member.activation())
        self.watched.press("/compte/activer")
        expect(self.page.locator("h1")).to_contain_text("Votre compte est créé")
        self.watched.open(link_in(self.mail("confirm"), "/compte/confirmer"))
        if not self.script:  # in the browser that activated, the page posts by itself
            self.watched.press("/compte/confirmer")
        expect(self.page.locator("main")).to_contain_text("Votre compte adhérent a bien été activé")
        self.enter()

    def all_the_way(self) -> None:
        self.ask_for_a_link()
        self.choose_a_password()
        self.report()
        self.meet_the_frozen_account()
        self.ask_for_the_letter()
        self.activate_anew()


def test_with_javascript(running, watched, member):
    Walk(running, watched, member, script=True).all_the_way()


def test_without_javascript_on_a_phone(running, watched_without_script, member):
    Walk(running, watched_without_script, member, script=False).all_the_way()
