"""The way back: identifier and password forgotten, « ce n’était pas moi », and the letter that opens the account anew."""

from uuid import uuid4

from canary.members import WatchedJourney
from canary.outages import PATIENCE
from canary.settings import newest_link, plant, sign_in
from support.system import Running
from support.ways_in import QUESTION, REPORT, RESET, Telephone

from launcher.waiting import printed_password, received_mail, wait_for

FORGOTTEN, IDENTIFIER = "/compte/mot-de-passe-oublie", "/compte/identifiant-oublie"
LETTER = "/compte/courrier-de-secours"


def forgotten_identifier(running: Running, journey: WatchedJourney, insured: WatchedJourney) -> None:
    """Asked for by number and by NIR, each with the other's typed first; who has a confirmed account is told."""
    for one, other in ((journey, insured), (insured, journey)):
        member = one.member
        right = {name: value for name, value in one.request().items() if not name.startswith("email")}
        member.open(IDENTIFIER)
        wrong = {"number": other.person.number, "family_name": one.password, "birth_year": one.person.number}
        member.refused(422, IDENTIFIER, **right | wrong)
        member.send(IDENTIFIER, **right)
        assert member.path == f"{IDENTIFIER}/envoye"
    wait_for(
        lambda: received_mail(running.places.inbox, journey.email, "Votre identifiant"), PATIENCE, "the identifier"
    )


def forgotten_password(running: Running, journey: WatchedJourney, telephone: Telephone) -> None:
    """The link cut short, the answer wrong, the password refused; then another password, and signed in with it."""
    member, planted = journey.member, journey.planted
    member.open("/espace/")
    member.send("/deconnexion")
    member.open(FORGOTTEN)
    member.refused(422, FORGOTTEN, email=journey.password)
    member.send(FORGOTTEN, email=journey.email)
    link = plant(journey, "reset token", newest_link(running, journey.email, "Choisissez un nouveau", RESET))
    for wrong in (link[:-4], link + "x", link.replace(RESET, REPORT)):
        member.open(wrong)
        assert "pas reconnu" in member.heading
    member.open(link)
    assert member.path == QUESTION
    for wrong in (journey.password, planted.words("guessed secret answer", f"Le petit hérisson {uuid4().hex[:10]}")):
        member.refused(422, QUESTION, secret_answer=wrong)
    member.send(QUESTION, secret_answer=journey.secret_answer)
    assert member.path == RESET
    other = planted.words("password, the second time", f"encore une brouette {uuid4().hex}")
    new = planted.words("new password", f"le râteau sommeille {uuid4().hex[:10]} à minuit")
    for one_time, again in ((new, other), (journey.password, journey.password), (journey.email, journey.email)):
        member.refused(422, RESET, password=one_time, password_confirmation=again)
    member.send(RESET, password=new, password_confirmation=new)
    assert member.path == "/connexion"
    journey.password = new
    member.open(link)
    assert member.heading == "Ce lien a déjà servi"
    sign_in(journey, planted.code(telephone.code()))


def not_me(running: Running, journey: WatchedJourney) -> None:
    """The link of the notice, cut short, then used: the right password opens nothing after it."""
    member = journey.member
    link = newest_link(running, journey.email, "mot de passe oublié a été remplacé", REPORT)
    plant(journey, "report token", link)
    for wrong in (link[:-4], link + "x", link.replace(REPORT, RESET)):
        member.open(wrong)
        assert "pas reconnu" in member.heading
    member.open(link)
    member.send(REPORT)
    assert member.heading == "Votre compte est bloqué"
    member.open("/connexion")
    member.refused(403, "/connexion", email=journey.email, password=journey.password)


def letter_for_recovery(running: Running, journey: WatchedJourney) -> None:
    """A day after the first letter: asked for, printed, and used with everything chosen anew."""
    member, planted, first = journey.member, journey.planted, journey.provisional_password
    running.system.postgres.sql(
        "update account_request set requested_at = requested_at - interval '2 days'", database="registration"
    )
    member.open(LETTER)
    member.refused(422, LETTER, **{**journey.request(), "captcha": "135791"})
    member.send(LETTER, **journey.request())
    assert member.path == "/compte/demande"

    def another() -> str | None:
        found = printed_password(running.places.letters, journey.person.family_name)
        return None if found is None or found[1] == first else found[1]

    journey.provisional_password = planted.words(
        "provisional password", wait_for(another, PATIENCE, "the letter for recovery")
    )
    known = "select 1 from provisional_letter where purpose = 'recovery' and state = 'valid'"
    sql = running.system.postgres.sql
    wait_for(lambda: sql(known, database="activation") or None, PATIENCE, "its news at activation")
    journey.password = planted.words("new password", f"la bêche ronronne {uuid4().hex[:10]} à l’aube")
    journey.secret_answer = planted.words("secret answer", f"La marelle à cloche-pied {uuid4().hex[:10]}")
    member.open("/compte/activer")
    member.send("/compte/activer", **journey.activation())
    assert member.path == "/compte/cree"
    journey.plant_link(newest_link(running, journey.email, "Confirmez votre adresse", "/compte/confirmer"))
