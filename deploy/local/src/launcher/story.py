"""One member's whole journey through the gateway, each step timed: what ``make demo`` plays, and what tests repeat."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from launcher.member import Member, UnexpectedPageError
from launcher.places import Places
from launcher.waiting import link_in, opens_activation, printed_password, received_mail, wait_for

CAPTCHA_ANSWER = "246810"
"""What every captcha shows in demonstrations and tests."""
PATIENCE = 90.0
"""Seconds to wait for a letter or a mail, on a busy machine."""


@dataclass(frozen=True)
class Person:
    """Someone of the demonstration register (``deploy/local/demonstration/register.csv``)."""

    situation: str
    number: str
    civility: str
    family_name: str
    birth_date: tuple[str, str, str]
    postcode: str


JEANNE = Person("adherent", "123456", "Mme", "Garnier", ("27", "3", "1957"), "33000")
NEW_PASSWORD = "la tortue range ses lunettes bleues"  # noqa: S105 (typed by the member of the demonstration)


class Journey:
    """The steps, each to be called after the one before."""

    def __init__(self, places: Places, person: Person = JEANNE) -> None:
        self.places = places
        self.person = person
        self.member = Member(places.site)
        self.email = f"{person.family_name.casefold()}.{uuid4().hex[:6]}@exemple.fr"
        self.password = NEW_PASSWORD
        self.secret_answer = "Le Petit Prince"  # noqa: S105 (the demonstration's answer)
        self.provisional_password = ""
        self.confirmation_link = ""

    def request(self) -> dict[str, str]:
        """What the person writes into « Créer mon compte »."""
        day, month, year = self.person.birth_date
        return {
            "situation": self.person.situation,
            "number": self.person.number,
            "email": self.email,
            "email_confirmation": self.email,
            "family_name": self.person.family_name,
            "birth_day": day,
            "birth_month": month,
            "birth_year": year,
            "postcode": self.person.postcode,
            "captcha": CAPTCHA_ANSWER,
        }

    def activation(self) -> dict[str, str]:
        """What the person writes into « Activer mon compte », with the letter in hand."""
        return {
            "situation": self.person.situation,
            "number": self.person.number,
            "provisional_password": self.provisional_password.lower().replace("-", " "),
            "secret_question": "livre",
            "secret_answer": self.secret_answer,
            "email": self.email,
            "email_confirmation": self.email,
            "password": self.password,
            "password_confirmation": self.password,
            "terms": "oui",
        }

    def ask(self) -> str:
        """Ask for an account."""
        self.member.open("/")
        self.member.open("/compte/creer")
        self.member.send("/compte/creer", **self.request())
        self._arrived("/compte/demande", "prise en compte")
        return f"« {self.member.heading} »"

    def receive_letter(self) -> str:
        """Wait until the letter is printed and opens activation, and read the provisional password on it."""
        path, self.provisional_password = wait_for(
            lambda: printed_password(self.places.letters, self.person.family_name), PATIENCE, "the printed letter"
        )
        wait_for(lambda: opens_activation(self.places, self.email), PATIENCE, "the letter's news at activation")
        return f"{path}"

    def receive_notice(self) -> str:
        """Wait for the e-mail that says that the letter has left."""
        mail = wait_for(
            lambda: received_mail(self.places.inbox, self.email, "mot de passe provisoire"), PATIENCE, "the 24 h e-mail"
        )
        return f"« {mail['subject']} »"

    def activate(self) -> str:
        """Activate the account with the letter in hand."""
        self.member.open("/compte/activer")
        self.member.send("/compte/activer", **self.activation())
        self._arrived("/compte/cree", "compte est créé")
        return f"« {self.member.heading} »"

    def receive_confirmation(self) -> str:
        """Wait for the e-mail with the confirmation link."""
        mail = wait_for(
            lambda: received_mail(self.places.inbox, self.email, "confirm"), PATIENCE, "the confirmation e-mail"
        )
        self.confirmation_link = link_in(mail, "/compte/confirmer")
        return f"« {mail['subject']} »"

    def confirm(self) -> str:
        """Follow the link and press the button."""
        self.member.open(self.confirmation_link)
        page = self.member.send("/compte/confirmer")
        if "bien été activé" not in page:
            raise UnexpectedPageError(f"the address was not confirmed: {self.member.heading}")
        return f"« {self.member.heading} »"

    def sign_in(self) -> str:
        """Sign in; the space may still be opening."""
        self.member.open("/connexion")
        self.member.send("/connexion", email=self.email, password=self.password)
        if not self.member.path.startswith("/espace"):
            raise UnexpectedPageError(f"not signed in: {self.member.path} {self.member.heading}")
        return self.member.path

    def see_space(self) -> str:
        """See one's own space."""
        page = wait_for(self._open_space, PATIENCE, "the member space")
        for expected in ("Garanties", "Remboursements") if self.person is JEANNE else ():
            if expected.casefold() not in page.casefold():
                raise UnexpectedPageError(f"the space does not show: {expected}")
        return f"« {self.member.heading} »"

    def steps(self) -> list[tuple[str, Callable[[], str]]]:
        """What each step is called, and what plays it and returns what was seen."""
        return [
            ("asks for an account", self.ask),
            ("receives the letter", self.receive_letter),
            ("is told by e-mail that it has left", self.receive_notice),
            ("activates the account", self.activate),
            ("receives the confirmation link", self.receive_confirmation),
            ("confirms the address", self.confirm),
            ("signs in", self.sign_in),
            ("sees the member space", self.see_space),
        ]

    def _open_space(self) -> str | None:
        page = self.member.open("/espace/")
        return page if self.person.family_name in self.member.heading else None

    def _arrived(self, path: str, words: str) -> None:
        if self.member.path != path or words not in self.member.heading:
            raise UnexpectedPageError(f"expected {path}, got {self.member.path}: {self.member.heading}")


def tell(places: Places, say: Callable[[str], None]) -> None:
    """Play the journey of the demonstration's member, saying each step with its time.

    Raises:
        UnexpectedPageError: a page is not what it should be.
        DidNotArriveError: a letter or a mail did not arrive.
    """
    journey = Journey(places)
    who = f"{journey.person.civility} {journey.person.family_name}"
    began = time.monotonic()
    try:
        for number, (name, play) in enumerate(journey.steps(), 1):
            step = time.monotonic()
            seen = play()
            say(f"  {number}. {who} {name}: {seen} ({time.monotonic() - step:.1f} s)")
        say(f"  The whole journey took {time.monotonic() - began:.1f} s. It left:")
        say(f"    the letter in {places.letters}, the e-mails in {places.mail}, the logs in {places.log('*').parent}")
    finally:
        journey.member.close()
