"""Members whose every secret is planted as it comes about."""

from uuid import uuid4

from canary.loud import MEMBERS
from canary.planted import Planted
from support.patience import PatientMember

from launcher.member import UnexpectedPageError
from launcher.places import Places
from launcher.story import Journey, Person


def member(number: str) -> Person:
    return Person("adherent", number, "Mme", MEMBERS[number], ("20", "5", "1971"), "35000")


INSURED = Person("assure", "1 62 06 75 999 998 02", "M.", "Lefèvre", ("14", "6", "1962"), "75012")
CORSICAN = Person("assure", "1 85 02 2a 999 996 34", "M.", "L’Héritier", ("18", "2", "1985"), "20000")
NOBODY = "2 69 05 49 588 157 80"
"""A number that could exist and is nobody's in the register."""


class WatchedMember(PatientMember):
    """Plants what the browser is given."""

    def __init__(self, site: str, planted: Planted) -> None:
        super().__init__(site)
        self._planted = planted

    @property
    def cookies(self) -> dict[str, str]:
        return self._client._transport._kept

    def refused(self, status: int, action: str, /, **answers: str) -> None:
        """Send a form, once, that must be refused; the page stays open."""
        try:
            super(PatientMember, self).send(action, **answers)
        except UnexpectedPageError:
            assert self._page.status_code == status, self._page.status_code
        else:
            raise AssertionError(f"{action} took what it had to refuse")

    def _checked(self) -> str:
        self._planted.of_browser(self.cookies, self._page.text)
        return super()._checked()


class WatchedJourney(Journey):
    """Someone whose password and secret answer are nobody else's. ``way`` is how their mail server behaves."""

    def __init__(self, places: Places, person: Person, planted: Planted, way: str = "fine") -> None:
        super().__init__(places, person)
        self.planted = planted
        self.member.close()
        self.member = WatchedMember(places.site, planted)
        self.email = f"{way}-{uuid4().hex[:8]}@exemple.fr"
        self.password = planted.words("password", f"la brouette tangue {uuid4().hex[:10]} à midi")
        self.secret_answer = planted.words("secret answer", f"Épopée du hérisson {uuid4().hex[:10]}")
        planted.number(person.number)

    def receive_letter(self) -> str:
        seen = super().receive_letter()
        self.planted.add("provisional password", self.provisional_password)
        return seen

    def receive_confirmation(self) -> str:
        seen = super().receive_confirmation()
        self.plant_link(self.confirmation_link)
        return seen

    def plant_link(self, link: str) -> None:
        self.planted.add("confirmation token", link.partition("jeton=")[2], owner=self.email)
