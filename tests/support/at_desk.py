"""Somebody of the staff in front of the desk's pages, for the tests of ``member-space``."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from shared.security.assertions import Role

_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


def plain(page: httpx.Response) -> str:
    """Its text with plain spaces, one between any two words."""
    return " ".join(page.text.replace("\u00a0", " ").split())


@dataclass
class AtDesk:
    """``activation``: the fixture of that name. Each request brings an assertion of its own, always of one account."""

    client: httpx.AsyncClient
    activation: Any
    role: Role
    staff_id: UUID = field(default_factory=uuid4)

    def _assertion(self) -> dict[str, str]:
        made: dict[str, str] = self.activation.staff(self.role, staff_id=self.staff_id)
        return made

    async def get(self, path: str) -> httpx.Response:
        """A page."""
        return await self.client.get(path, headers=self._assertion())

    async def post(self, path: str, page: str = "", **data: str) -> httpx.Response:
        """Send the form of a page (``path`` itself unless told) with these answers."""
        form = await self.get(page or path)
        assert form.status_code == 200, form.text
        return await self.send(path, dict(_HIDDEN.findall(form.text)) | data)

    async def send(self, path: str, data: dict[str, str]) -> httpx.Response:
        """Send exactly this."""
        return await self.client.post(path, data=data, headers=self._assertion())
