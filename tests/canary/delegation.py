"""An invitation into somebody's space: its token is planted, opened signed out, cut short, as a stranger's, and used up."""

from uuid import uuid4

from canary.members import WatchedJourney
from canary.outages import PATIENCE
from support.system import Running

from launcher.waiting import link_in, received_mail, wait_for

LIST = "/espace/delegations"
INVITATION = f"{LIST}/invitation"


def invite_and_withdraw(running: Running, grantor: WatchedJourney, invited: WatchedJourney) -> None:
    """The grantor is signed in; the invited has no account yet, so that the link leads to the sign-in page and waits there."""
    address = f"fine-{uuid4().hex[:8]}@exemple.fr"
    member = grantor.member
    member.open(f"{LIST}/nouvelle")
    member.send(
        f"{LIST}/nouvelle", given_name="Camille", family_name="Lefèvre", email=address, scopes_documents="oui", days="31"
    )  # fmt: skip
    review = member.path
    member.send(review)
    assert member.path == LIST, member.path
    mail = wait_for(
        lambda: received_mail(running.places.inbox, address, "propose d’accéder"), PATIENCE, "the invitation"
    )
    link = link_in(mail, INVITATION)
    grantor.planted.add("invitation token", link.partition("jeton=")[2], owner=address)

    for given in (link, link[:-3], link + "x", link.replace("jeton=", "Jeton=")):
        invited.member.open(given)
        assert invited.member.path == "/connexion"
        member.open(given)
        assert member.heading == "Cette invitation ne peut pas être ouverte ici", "the grantor's own"
    member.open(review.replace("/nouvelle/", "/") + "/fin")
    member.send(member.path)
    assert member.path == LIST
