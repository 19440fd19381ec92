"""What the registration tests share: settings, answers of a member, a visitor with a browser's manners."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from registration.settings import Settings
from shared.security.key_ring import KeyRing, encode_key

DIGITS = "602602"
SITE = "https://espace.example"


def ring(*kids: str) -> KeyRing:
    return KeyRing.parse(",".join(f"{kid}:{encode_key(kid.encode().ljust(32, b'.'))}" for kid in kids))


def settings_for(database_url: str, **changes: Any) -> Settings:
    given = {
        "environment": "test", "public_url": SITE, "database_url": database_url,
        "broker_url": "amqp://nobody@127.0.0.1:1/none", "fingerprint_keys": ring("f1"), "form_keys": ring("form"),
        "captcha_keys": ring("captcha"), "captcha_answer": DIGITS, "answer_seconds": 0,
        "tries_per_minute_per_address": 100_000, "requests_per_hour_per_address": 100_000,
    }  # fmt: skip
    return Settings(**(given | changes))


ANSWERS = {
    "situation": "adherent", "number": "123456", "email": "jeanne@example.org", "email_confirmation": "jeanne@example.org",
    "family_name": "GARNIER", "birth_day": "27", "birth_month": "3", "birth_year": "1957", "postcode": "33000",
    "captcha": DIGITS,
}  # fmt: skip


@dataclass
class Visitor:
    """Somebody at a browser without JavaScript."""

    client: httpx.AsyncClient
    hidden: dict[str, str] = field(default_factory=dict)

    async def open(self) -> httpx.Response:
        return self.seen(await self.client.get("/compte/creer"))

    def seen(self, page: httpx.Response) -> httpx.Response:
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
        self.hidden = dict(found) or self.hidden
        return page

    async def post(self, **answers: str) -> httpx.Response:
        """Send the open page."""
        return await self.client.post("/compte/creer", data={**self.hidden, "action": "envoyer", **ANSWERS, **answers})

    async def ask(self, **answers: str) -> httpx.Response:
        """Open a fresh page and send it."""
        await self.open()
        return self.seen(await self.post(**answers))
