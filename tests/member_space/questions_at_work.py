"""A member and one of the staff in front of the pages of questions."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
from sqlalchemy import text
from support.sent_forms import fill, hidden, parts

from shared.database.engine import Database
from shared.security.assertions import DESK, HEADER, Role, StaffSignedIn

LIST, NEW = "/espace/questions", "/espace/questions/nouvelle"
DESK_LIST = "/gestion/questions"
ASKED = {"topic": "remboursement", "title": "Mes lunettes", "text": "Bonjour,\nquand serai-je remboursée ?"}


@dataclass
class Asker:
    """A member, or a delegate (``base``: of the grantor's space)."""

    client: httpx.AsyncClient
    activation: Any
    person: UUID
    base: str = "/espace"

    def headers(self) -> dict[str, str]:
        return self.activation.header(self.person)

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(f"{self.base}{path}", headers=self.headers() | headers)

    async def ask(self, *files: tuple[str, bytes], **changed: str) -> httpx.Response:
        page = f"{self.base}/questions/nouvelle"
        return await fill(self.client, self.headers, page, page, files, **(ASKED | changed))

    async def asked(self, *files: tuple[str, bytes], **changed: str) -> str:
        """The reference of a new question."""
        answer = await self.ask(*files, **changed)
        assert answer.status_code == 303, answer.text
        found = re.fullmatch(rf"{self.base}/questions/(Q-\w{{4}}-\w{{4}})\?envoi=question", answer.headers["location"])
        assert found
        return found[1]

    async def reply(self, reference: str, words: str, *files: tuple[str, bytes]) -> httpx.Response:
        page = f"{self.base}/questions/{reference}"
        return await fill(self.client, self.headers, page, page, files, text=words)

    async def api(self, method: str, path: str, **sent: Any) -> httpx.Response:
        """``path`` after ``/espace/api/v1/questions``."""
        address = f"/espace/api/v1{self.base.removeprefix('/espace')}/questions{path}"
        headers = self.headers() | {"Accept": "application/json"}
        return await self.client.request(method, address, headers=headers, **sent)


@dataclass
class Clerk:
    """One of the staff, always the same account."""

    client: httpx.AsyncClient
    activation: Any
    name: str = "Zoé Lefèvre"
    role: Role = Role.CONSEILLER
    id: UUID = field(default_factory=uuid4)

    def headers(self) -> dict[str, str]:
        from datetime import UTC, datetime

        who = StaffSignedIn(staff_id=self.id, session_id=uuid4(), name=self.name, role=self.role)
        return {HEADER: self.activation.signer.sign(who, DESK, datetime.now(UTC))}

    async def get(self, path: str = "") -> httpx.Response:
        return await self.client.get(f"{DESK_LIST}{path}", headers=self.headers())

    async def page(self, reference: str) -> str:
        return (await self.get(f"/{reference}")).text

    async def press(self, reference: str, verb: str, page: str = "", **fields: str) -> httpx.Response:
        """A button of the page; ``page``: as it was shown before."""
        sent = shown(page or await self.page(reference)) | fields
        address = f"{DESK_LIST}/{reference}/{verb}"
        return await self.client.post(address, data=sent, headers=self.headers())

    async def take(self, reference: str) -> httpx.Response:
        return await self.press(reference, "prendre")

    async def answer(self, reference: str, words: str, *files: tuple[str, bytes], page: str = "") -> httpx.Response:
        sent = parts(shown(page or await self.page(reference)) | {"text": words}, files)
        return await self.client.post(f"{DESK_LIST}/{reference}", files=sent, headers=self.headers())


def shown(html: str) -> dict[str, str]:
    """What a form of the desk's page sends besides what is typed: also which message was the last one shown."""
    return hidden(html) | dict(re.findall(r'<input type="hidden" name="(seen)" value="([^"]+)">', html))


async def rows(database: Database, query: str) -> list[dict[str, Any]]:
    async with database.unit_of_work() as work:
        return [dict(row) for row in (await work.session.execute(text(query))).mappings().all()]


async def events(database: Database) -> list[tuple[str, dict[str, Any]]]:
    """Name and data of what is to be published, in order."""
    import json

    found = await rows(database, "select type, body from outbox order by created_at")
    return [(row["type"], json.loads(bytes(row["body"]))["data"]) for row in found]


__all__ = ["ASKED", "DESK_LIST", "LIST", "NEW", "Asker", "Clerk", "events", "fill", "hidden", "parts", "rows", "shown"]
