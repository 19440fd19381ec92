"""The whole journey in a browser, with JavaScript and without; the password read off the letter, the link off the mail."""

from dataclasses import dataclass
from uuid import uuid4

from playwright.sync_api import expect
from support.browser import Watched, picture_of_letter
from support.system import Running

from launcher.story import CAPTCHA_ANSWER, JEANNE, NEW_PASSWORD, Person
from launcher.waiting import link_in, opens_activation, printed_password, received_mail, wait_for

PATIENCE = 60


@dataclass
class Walk:
    """One person in front of one browser."""

    running: Running
    watched: Watched
    person: Person
    script: bool

    def __post_init__(self) -> None:
        self.email = f"{self.person.family_name.casefold()}.{uuid4().hex[:6]}@exemple.fr"
        self.page = self.watched.page

    def whole_journey(self) -> None:
        self.ask()
        password = self.receive_letter()
        self.activate(password)
        self.confirm()
        self.sign_in()

    def ask(self) -> None:
        self.watched.open("/")
        self.look("accueil")
        self.page.get_by_role("link", name="Créer ou activer mon compte").first.click()
        self.look("choisir")
        self.watched.open("/compte/creer")
        self.look("creer")
        self.watched.press("/compte/creer")
        self.look("creer-erreurs")
        day, month, year = self.person.birth_date
        self.page.locator(f"input[name=situation][value={self.person.situation}]").check()
        for name, value in {
            "number": self.person.number, "email": self.email, "email_confirmation": self.email,
            "family_name": self.person.family_name, "birth_day": day, "birth_month": month,
            "birth_year": year, "postcode": self.person.postcode, "captcha": CAPTCHA_ANSWER,
        }.items():  # fmt: skip
            self.page.locator(f"[name={name}]").fill(value)
        self.watched.press("/compte/creer")
        expect(self.page).to_have_url(f"{self.watched.site}/compte/demande")
        expect(self.page.locator("h1")).to_contain_text("Votre demande est bien prise en compte")
        self.look("demande")

    def receive_letter(self) -> str:
        letters = self.running.places.letters
        found = wait_for(lambda: printed_password(letters, self.person.family_name), PATIENCE, "the printed letter")
        inbox = self.running.places.inbox
        wait_for(lambda: received_mail(inbox, self.email, "mot de passe provisoire"), PATIENCE, "the 24 h e-mail")
        wait_for(lambda: opens_activation(self.running.places, self.email), PATIENCE, "the letter's news at activation")
        if self.script:
            picture_of_letter(found[0])
        return found[1]

    def activate(self, provisional_password: str) -> None:
        self.watched.open("/compte/activer")
        self.look("activer")
        self.watched.press("/compte/activer")
        self.look("activer-erreurs")
        self.page.locator(f"input[name=situation][value={self.person.situation}]").check()
        for name, value in {
            "number": self.person.number, "provisional_password": provisional_password, "secret_answer": "Le Petit Prince",
            "email": self.email, "email_confirmation": self.email, "password": NEW_PASSWORD,
            "password_confirmation": NEW_PASSWORD,
        }.items():  # fmt: skip
            self.page.locator(f"[name={name}]").fill(value)
        self.page.locator("[name=secret_question]").select_option(index=1)
        self.page.locator("[name=terms]").check()
        self.watched.press("/compte/activer")
        expect(self.page).to_have_url(f"{self.watched.site}/compte/cree")
        expect(self.page.locator("main")).to_contain_text("Votre compte est créé")
        self.look("compte-cree")

    def confirm(self) -> None:
        inbox = self.running.places.inbox
        mail = wait_for(lambda: received_mail(inbox, self.email, "confirm"), PATIENCE, "the confirmation e-mail")
        link = link_in(mail, "/compte/confirmer")
        if self.script:
            self.look_on_another_device(link)
        self.watched.open(link)
        if not self.script:  # in the browser that activated, the page posts by itself
            self.watched.press("/compte/confirmer")
        expect(self.page.locator("main")).to_contain_text("Votre compte adhérent a bien été activé")
        assert "jeton" not in self.page.url
        self.look("compte-active")

    def look_on_another_device(self, link: str) -> None:
        """Where the account was not activated, the page waits for its button: opening the link consumes nothing."""
        browser = self.page.context.browser
        assert browser is not None
        context = browser.new_context(locale="fr-FR")
        other = Watched(context, self.watched.site)
        for _ in range(2):
            other.open(link)
            expect(other.page.get_by_role("button", name="Confirmer mon adresse").last).to_be_visible()
        other.in_every_look()
        context.close()
        other.no_complaints()

    def sign_in(self) -> None:
        self.watched.open("/connexion")
        self.look("connexion")
        self.page.locator("[name=email]").fill(self.email)
        self.page.locator("[name=password]").fill("pas le bon mot de passe")
        self.watched.press("/connexion")
        self.look("connexion-erreur")
        self.page.locator("[name=email]").fill(self.email)
        self.page.locator("[name=password]").fill(NEW_PASSWORD)
        self.watched.press("/connexion")
        expect(self.page.locator("h1")).to_contain_text(self.person.family_name, timeout=30_000)
        self.look("espace")
        self.watched.press("/deconnexion")
        self.watched.open("/espace/")
        expect(self.page).to_have_url(f"{self.watched.site}/connexion?suite=/espace/")

    def look(self, name: str) -> None:
        if self.script:
            self.watched.picture(name)
            self.watched.in_every_look()


def test_with_javascript(running, watched):
    walk = Walk(running, watched, JEANNE, script=True)
    walk.whole_journey()


def test_without_javascript_on_a_phone(running, watched_without_script, someone):
    Walk(running, watched_without_script, someone(), script=False).whole_journey()


def test_the_enter_key_sends_the_form_and_does_not_change_the_captcha(watched):
    watched.open("/compte/creer")
    with watched.page.expect_navigation():
        watched.page.locator("[name=number]").press("Enter")
    expect(watched.page.locator("[data-error-summary]")).to_be_visible()
    expect(watched.page.locator("[data-error-summary]")).to_be_focused()
    assert watched.page.title().startswith("Erreur\u00a0: ")


def test_every_other_page_is_accessible(watched):
    garbage = f"/compte/confirmer?jeton={'A' * 43}"
    for path in (
        "/aide",
        garbage,
        "/compte/cree",
        "/compte/demande",
        "/conditions",
        "/compte/identifiant-oublie",
        "/compte/mot-de-passe-oublie",
        "/compte/nulle-part",
        "/nulle-part",
    ):
        watched.open(path)
        watched.in_every_look()
