"""« Identifiant oublié » and « Retrouver l’accès par courrier », from the home page, with JavaScript and without."""

from dataclasses import dataclass

from playwright.sync_api import expect
from support.browser import Watched

from launcher.story import CAPTCHA_ANSWER, Person

IDENTIFIER, RECOVERY = "/compte/identifiant-oublie", "/compte/courrier-de-secours"


@dataclass
class Walk:
    """One person in front of one browser, who can't get in."""

    watched: Watched
    person: Person
    script: bool

    def __post_init__(self) -> None:
        self.page = self.watched.page

    def forgotten_identifier(self) -> None:
        self.watched.open("/")
        self.page.get_by_role("link", name="Identifiant (adresse électronique) oublié").click()
        self.form_at(IDENTIFIER, "Identifiant oublié")
        expect(self.page).to_have_url(f"{self.watched.site}{IDENTIFIER}/envoye")
        expect(self.page.locator("main")).to_contain_text("Si ces informations correspondent à un compte")
        self.look()

    def letter_for_recovery(self) -> None:
        self.page.get_by_role("link", name="Retrouvez l’accès par courrier").click()
        self.form_at(RECOVERY, "Retrouver l’accès par courrier", email="nouvelle.adresse@exemple.fr")
        expect(self.page).to_have_url(f"{self.watched.site}/compte/demande")
        expect(self.page.locator("h1")).to_contain_text("Votre demande est bien prise en compte")
        expect(self.page.locator("main")).to_contain_text("courrier de secours")
        self.look()

    def form_at(self, path: str, title: str, email: str = "") -> None:
        """Sent empty, its captcha changed, then filled in."""
        expect(self.page.locator("h1")).to_contain_text(title)
        self.look()
        self.watched.press(path)
        expect(self.page.locator("[data-error-summary]")).to_contain_text("Saisissez votre code postal")
        self.look()
        self.fill(email)
        self.change_the_text()
        expect(self.page.locator("[name=family_name]")).to_have_value(self.person.family_name)
        self.page.locator("[name=captcha]").fill(CAPTCHA_ANSWER)
        self.watched.press(path)

    def fill(self, email: str) -> None:
        day, month, year = self.person.birth_date
        self.page.locator(f"input[name=situation][value={self.person.situation}]").check()
        answers = {
            "number": self.person.number, "family_name": self.person.family_name, "birth_day": day, "birth_month": month,
            "birth_year": year, "postcode": self.person.postcode,
        } | ({"email": email, "email_confirmation": email} if email else {})  # fmt: skip
        for name, value in answers.items():
            self.page.locator(f"[name={name}]").fill(value)

    def change_the_text(self) -> None:
        shown = self.page.locator("[name=captcha_challenge]")
        before = shown.input_value()
        self.page.get_by_role("button", name="Changer le texte").click()
        expect(shown).not_to_have_value(before)

    def look(self) -> None:
        if self.script:
            self.watched.in_every_look()


def test_with_javascript(watched, someone):
    walk = Walk(watched, someone(), script=True)
    walk.forgotten_identifier()
    walk.letter_for_recovery()


def test_without_javascript_on_a_phone(watched_without_script, someone):
    walk = Walk(watched_without_script, someone(), script=False)
    walk.forgotten_identifier()
    walk.letter_for_recovery()


def test_where_the_way_is_shown(watched):
    for path in ("/aide", "/compte", "/compte/creer"):
        watched.open(path)
        expect(watched.page.locator(f"main a[href='{RECOVERY}']").first).to_be_visible()
        watched.in_every_look()
