"""A member at their own settings: another address and a second factor, their secrets typed where they don't belong, too."""

import base64
import json
import re
from uuid import uuid4

import pyotp
from canary.members import WatchedJourney
from canary.outages import PATIENCE
from support.second_factor import APPLICATION, VERIFICATION
from support.system import Running
from support.ways_in import ADDRESS, REPORT, Telephone

from launcher.waiting import link_in, received_mail, wait_for

CHANGE, PROVE = "/compte/securite/adresse", "/connexion/confirmer"
PASSWORD, QUESTION = "/compte/securite/mot-de-passe", "/compte/securite/question"
OWN_DATA = ("/compte/securite/mes-donnees.json", "/espace/profil/export.json")


def newest_link(running: Running, to: str, subject: str, page: str, other_than: str = "") -> str:
    """Of the mail of that subject, once it has come."""

    def look() -> str | None:
        mail = received_mail(running.places.inbox, to, subject)
        link = link_in(mail, page) if mail else other_than
        return None if link == other_than else link

    return wait_for(look, PATIENCE, f"« {subject} »")


def plant(journey: WatchedJourney, kind: str, link: str, owner: str = "") -> str:
    """The token of a link, which its owner's mail alone may hold."""
    journey.planted.add(kind, link.partition("jeton=")[2], owner=owner or journey.email)
    return link


def another_address(running: Running, journey: WatchedJourney) -> None:
    """Asked for after a proof; the link cut short, then used; the old address gets one that says « ce n’était pas moi »."""
    member, old = journey.member, journey.email
    new = journey.planted.words("new address", f"fine-{uuid4().hex[:12]}@exemple.fr")
    member.open(f"{PROVE}?suite={CHANGE}")
    member.refused(422, PROVE, password=journey.secret_answer)
    member.send(PROVE, password=journey.password)
    assert member.path == CHANGE
    member.refused(422, CHANGE, email=new, email_confirmation=journey.password)
    member.send(CHANGE, email=new, email_confirmation=new)
    assert member.path == f"{CHANGE}/suivi"
    link = plant(journey, "address token", newest_link(running, new, "nouvelle adresse", ADDRESS), new)
    plant(journey, "report token", newest_link(running, old, "est à confirmer", REPORT), old)
    for wrong in (link[:-4], link + "x", link.replace(ADDRESS, REPORT)):
        member.open(wrong)
        assert "pas reconnu" in member.heading
    member.open(link)
    member.send(ADDRESS)
    assert member.heading == "Votre adresse électronique est changée"
    journey.email = new
    plant(journey, "report token", newest_link(running, old, "a été changée", REPORT), old)
    plant(journey, "report token", newest_link(running, new, "a été changée", REPORT))


def another_password_and_question(running: Running, journey: WatchedJourney) -> None:
    """Both after mistakes that hold each other's secret; then all that is kept of the account is taken along."""
    member, planted = journey.member, journey.planted
    new = planted.words("new password", f"la pelle bâille {uuid4().hex[:10]} à l’ombre")
    member.open(PASSWORD)
    for current, again in ((journey.secret_answer, new), (journey.password, journey.secret_answer)):
        member.refused(422, PASSWORD, current=current, password=new, password_confirmation=again)
    member.send(PASSWORD, current=journey.password, password=new, password_confirmation=new)
    journey.password = new
    plant(journey, "report token", newest_link(running, journey.email, "mot de passe a été changé", REPORT))
    member.open(f"{PROVE}?suite={QUESTION}")
    member.send(PROVE, password=journey.password)
    assert member.path == QUESTION
    member.refused(422, QUESTION, secret_question="jeu", secret_answer=journey.password)
    journey.secret_answer = planted.words("secret answer", f"Colin-maillard {uuid4().hex[:10]} sous le préau")
    member.send(QUESTION, secret_question="jeu", secret_answer=journey.secret_answer)
    plant(journey, "report token", newest_link(running, journey.email, "question secrète a été changée", REPORT))
    for file in OWN_DATA:
        assert json.loads(member.open(file))


def second_factor(running: Running, journey: WatchedJourney) -> Telephone:
    """An application and its recovery codes; then signed in with it, after wrong answers."""
    member, planted = journey.member, journey.planted
    page = member.open(APPLICATION)
    secret = re.findall(r'<p class="mono reference">([A-Z2-7 ]+)</p>', page)[0].replace(" ", "")
    planted.add("secret of codes", secret)
    planted.add("secret of codes", base64.b32decode(secret))
    telephone = Telephone(pyotp.TOTP(secret))
    for wrong in (secret, journey.password, planted.code(telephone.wrong())):
        member.refused(422, APPLICATION, code=wrong)
    page = member.send(APPLICATION, code=planted.code(telephone.code()))
    codes = re.findall(r"<li>([0-9A-Z]{5}(?:-[0-9A-Z]{5}){2})</li>", page)
    assert len(codes) == 10
    for code in codes:
        planted.add("recovery code", code)
    plant(
        journey,
        "report token",
        newest_link(running, journey.email, "moyen de double vérification a été ajouté", REPORT),
    )
    member.open("/espace/")
    member.send("/deconnexion")
    sign_in(journey, codes.pop(), (secret, codes[0][:-1], journey.secret_answer, planted.code(telephone.wrong())))
    plant(journey, "report token", newest_link(running, journey.email, "code de secours a été utilisé", REPORT))
    return telephone


def sign_in(journey: WatchedJourney, code: str, wrong: tuple[str, ...] = ()) -> None:
    """With the second step, after wrong answers to it."""
    member = journey.member
    member.open("/connexion")
    member.send("/connexion", email=journey.email, password=journey.password)
    assert member.path == VERIFICATION
    for typed in wrong:
        member.refused(422, VERIFICATION, code=typed)
    member.send(VERIFICATION, code=code)
    assert member.path == "/espace/"
