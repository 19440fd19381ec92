"""What people do wrong: every field of every form, secrets where they do not belong, guesses until they are stopped."""

from uuid import uuid4

import httpx
from canary.members import NOBODY, WatchedJourney, WatchedMember

from shared.contracts.provisional_password import generate, grouped


def asking(journey: WatchedJourney) -> None:
    """A form full of mistakes, with secrets in the wrong fields; a wrong captcha; a number that nobody has."""
    member, planted, right = journey.member, journey.planted, journey.request()
    member.open("/compte/creer")
    elsewhere = {
        "number": planted.number("2 69 05 49 588 157 81"), "email": journey.password, "email_confirmation": NOBODY,
        "family_name": planted.number(NOBODY), "birth_day": journey.secret_answer, "birth_month": "13",
        "birth_year": NOBODY, "postcode": journey.person.number, "captcha": journey.password,
    }  # fmt: skip
    member.refused(422, "/compte/creer", **{**right, **elsewhere, "situation": "assure"})
    member.refused(422, "/compte/creer", **{**right, "captcha": "135791"})
    member.refused(422, "/compte/creer", **{**right, "form_token": journey.password})
    member.send("/compte/creer", **{**right, "situation": "assure", "number": NOBODY})
    assert member.path == "/compte/demande"


def activating(journey: WatchedJourney) -> None:
    """With the letter in hand: mistyped, too short, not the same twice, too personal; and everything elsewhere."""
    member, planted, right = journey.member, journey.planted, journey.activation()
    first, last = journey.provisional_password[:-1], journey.provisional_password[-1]
    mistyped = planted.words("mistyped provisional password", first + ("0" if last != "0" else "1"))
    member.open("/compte/activer")
    other = planted.words("password, the second time", f"une autre brouette {uuid4().hex}")
    personal = planted.words("refused password", f"{journey.person.family_name} range {uuid4().hex}")
    short = planted.words("refused password", uuid4().hex[:11])
    bad = {"provisional_password": mistyped, "email": journey.password, "number": journey.password}
    for changes in (
        {**bad, "secret_answer": "oui", "password": short, "password_confirmation": other, "terms": ""},
        {"password_confirmation": other},
        {"password": short, "password_confirmation": short},
        {"password": personal, "password_confirmation": personal},
        {"secret_answer": journey.password},
        {"secret_answer": journey.provisional_password},
    ):
        member.refused(422, "/compte/activer", **{**right, **changes})


def guessing_provisional_passwords(journey: WatchedJourney) -> None:
    """Five wrong ones, and even the right one is not looked at."""
    right = journey.activation()
    journey.member.open("/compte/activer")
    for _ in range(5):
        guess = journey.planted.words("guessed provisional password", grouped(generate()))
        journey.member.refused(422, "/compte/activer", **{**right, "provisional_password": guess})
    journey.member.refused(429, "/compte/activer", **right)


def guessing_passwords(journey: WatchedJourney) -> None:
    """The same at the sign-in, after a password typed as identifier."""
    member = journey.member
    member.open("/connexion")
    member.refused(422, "/connexion", email=journey.password, password=journey.secret_answer)
    for _ in range(5):
        guess = journey.planted.words("guessed password", f"un râteau perdu {uuid4().hex}")
        member.refused(422, "/connexion", email=journey.email, password=guess)
    member.refused(429, "/connexion", email=journey.email, password=journey.password)


def in_addresses(member: WatchedMember, addresses: list[str], secrets: list[str]) -> None:
    """Secrets in paths, queries and headers, through the gateway and past it."""
    for site in addresses:
        with httpx.Client(base_url=site, timeout=20, trust_env=False) as client:
            for secret in secrets:
                word = secret.encode().hex() if not secret.isascii() else secret
                headers = {"Referer": f"{site}/?jeton={word}", "User-Agent": word, "X-Request-Id": word}
                headers |= {"Authorization": f"Bearer {word}", "traceparent": word, "baggage": f"number={word}"}
                for method, path in (
                    ("GET", f"/compte/creer?number={secret}&password={secret}"),
                    ("POST", f"/compte/confirmer/{secret}"),
                    ("GET", f"/connexion?suite=/espace/{secret}"),
                    ("GET", f"/impression/lots/{secret}"),
                    ("GET", f"/static/{secret}.css"),
                    ("GET", f"/espace/{secret}?jeton={secret}"),
                    ("GET", f"/{secret}/{secret}"),
                ):
                    answer = client.request(method, path, headers={**headers, "Accept": "text/html"})
                    assert answer.status_code < 500, (method, path.split("/")[1], answer.status_code)
