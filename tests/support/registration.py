"""What the registration tests share: settings, answers of a member, a visitor with a browser's manners."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from uuid import uuid4

import httpx
from support.every_service import NOTIFIER_KEY

from registration.settings import Settings
from shared.contracts.events import (
    AccountActivated,
    AccountFrozen,
    ActivationRefusal,
    ActivationRefused,
    EmailConfirmed,
    LetterPrinted,
    LetterReturned,
)
from shared.contracts.person_id import person_id
from shared.security.key_ring import KeyRing, encode_key
from shared.security.sealing import SealingKey, unseal_text

DIGITS = "602602"
SITE = "https://espace.example"


def ring(*kids: str) -> KeyRing:
    return KeyRing.parse(",".join(f"{kid}:{encode_key(kid.encode().ljust(32, b'.'))}" for kid in kids))


def settings_for(database_url: str, **changes: Any) -> Settings:
    given = {
        "environment": "test", "public_url": SITE, "database_url": database_url,
        "broker_url": "amqp://nobody@127.0.0.1:1/none", "fingerprint_keys": ring("f1"), "form_keys": ring("form"),
        "captcha_keys": ring("captcha"), "captcha_answer": DIGITS, "answer_seconds": 0,
        "notifier_public_key": SealingKey("n1", bytes(NOTIFIER_KEY.public_key)),
        "tries_per_minute_per_address": 100_000, "requests_per_hour_per_address": 100_000,
    }  # fmt: skip
    return Settings(**(given | changes))


CREATE, IDENTIFIER, RECOVERY = "/compte/creer", "/compte/identifiant-oublie", "/compte/courrier-de-secours"
FORMS = (CREATE, IDENTIFIER, RECOVERY)
"""The public forms."""

ANSWERS = {
    "situation": "adherent", "number": "123456", "email": "jeanne@example.org", "email_confirmation": "jeanne@example.org",
    "family_name": "GARNIER", "birth_day": "27", "birth_month": "3", "birth_year": "1957", "postcode": "33000",
    "captcha": DIGITS,
}  # fmt: skip


ABOUT = {"civility": "Mme", "given_name": "Jeanne", "family_name": "Garnier"}


def activated(reference: str = "R1", email: str = "typed@example.org") -> AccountActivated:
    """Somebody has activated the account of a person of the register."""
    return AccountActivated(
        person_id=person_id(reference), account_id=uuid4(), email=email, sealed_token="k:AAAA",
        token_expires_at=datetime.now(UTC), **ABOUT,
    )  # fmt: skip


def confirmed(reference: str = "R1", email: str = "owner@example.org") -> EmailConfirmed:
    """And confirmed its address."""
    return EmailConfirmed(person_id=person_id(reference), account_id=uuid4(), email=email, **ABOUT)


def frozen(at: datetime, reference: str = "R1", email: str = "owner@example.org") -> AccountFrozen:
    """Its owner has said « Ce n’était pas moi » of something."""
    return AccountFrozen(person_id=person_id(reference), account_id=uuid4(), email=email, frozen_at=at, **ABOUT)


def token_of(requested: dict[str, Any]) -> str:
    """What the notifier writes into the link of a letter that ``published()`` has told of."""
    return unseal_text(KeyRing.parse(f"n1:{encode_key(bytes(NOTIFIER_KEY))}"), requested["sealed_tracking"])


def printed(requested: dict[str, Any], at: datetime, **changes: Any) -> LetterPrinted:
    """That letter was posted."""
    told = {
        "person_id": requested["person_id"], "request_id": requested["request_id"], "letter_id": uuid4(), **ABOUT,
        "email": requested["email"], "number_fingerprints": ("f1:ab",), "birth_date": date(1957, 3, 27),
        "password_hash": "k1$argon2id$x", "posted_at": at, "valid_until": at + timedelta(days=21),
    }  # fmt: skip
    return LetterPrinted(**(told | changes))


def returned(
    requested: dict[str, Any], at: datetime, reason: str = "unknown-at-address", posted_at: datetime | None = None
) -> LetterReturned:
    """That letter came back."""
    return LetterReturned(
        person_id=requested["person_id"], request_id=requested["request_id"], letter_id=uuid4(),
        email=requested["email"], reason=reason, posted_at=posted_at or at - timedelta(days=9), returned_at=at,
    )  # fmt: skip


def refused(requested: dict[str, Any], reason: ActivationRefusal) -> ActivationRefused:
    """Somebody tried with that letter's number, or with the letter."""
    return ActivationRefused(
        person_id=requested["person_id"], request_id=requested["request_id"], letter_id=uuid4(), reason=reason
    )


@dataclass
class Visitor:
    """Somebody at a browser without JavaScript."""

    client: httpx.AsyncClient
    path: str = CREATE
    hidden: dict[str, str] = field(default_factory=dict)

    async def open(self) -> httpx.Response:
        return self.seen(await self.client.get(self.path))

    def seen(self, page: httpx.Response) -> httpx.Response:
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
        self.hidden = dict(found) or self.hidden
        return page

    async def post(self, **answers: str) -> httpx.Response:
        """Send the open page."""
        return await self.client.post(self.path, data={**self.hidden, "action": "envoyer", **ANSWERS, **answers})

    async def ask(self, **answers: str) -> httpx.Response:
        """Open a fresh page and send it."""
        await self.open()
        return self.seen(await self.post(**answers))


def errors(page: str) -> list[str]:
    """The messages of the page's summary."""
    summary = page.partition("data-error-summary")[2].partition("</ul>")[0]
    return [unescape(message) for message in re.findall(r"<li>(?:<a[^>]*>)?([^<]*)", summary)]


def without_tokens(page: str) -> str:
    """The page but for what is new on each."""
    return re.sub(_TOKENS, r"\1", page)


_TOKENS = (
    r'((?:name="(?:form_token|submission_id|captcha_challenge)" value="|/compte/captcha/))[\w.-]*?(?="|\.png|\.wav)'
)
