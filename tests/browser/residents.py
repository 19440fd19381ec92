"""People whose space is open, before a browser test begins."""

from uuid import uuid4

from support.patience import PatientMember
from support.system import Running

from launcher.story import Journey, Person


def resident(running: Running, person: Person) -> Journey:
    """Somebody who has come all the way into their space."""
    journey = Journey(running.places, person)
    journey.email = f"resident.{uuid4().hex[:8]}@exemple.fr"
    journey.member.close()
    journey.member = PatientMember(running.places.site)
    for _, play in journey.steps():
        play()
    journey.member.close()
    return journey


def sign_in(watched, journey: Journey, path: str) -> None:
    """Open a page of one's space, through the sign-in page."""
    watched.open(path)
    watched.page.locator("[name=email]").fill(journey.email)
    watched.page.locator("[name=password]").fill(journey.password)
    watched.press("/connexion")
