"""Staff in front of the desk, for the tests of ``activation``: accounts as the command line makes them, codes by the clock."""

import time
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pyotp

from activation.staff import accounts
from activation.staff.accounts import HandedOut
from activation.staff.models import StaffAccount
from shared.security.signed_in import Role

OWN_PASSWORD = "quatre pélicans lisent le journal"
NOBODY = HandedOut("personne@mutuelle.exemple", "ABCD-EFGH-JKMN", pyotp.random_base32())


def code(secret: str, steps: int = 0) -> str:
    """The six digits of now, or of so many steps of 30 s before (negative) or after."""
    return pyotp.TOTP(secret).at(time.time(), counter_offset=steps)


@dataclass(frozen=True)
class Someone:
    """One of the staff at a browser. ``world`` and ``visitor`` are those of ``tests/activation/conftest.py``."""

    world: Any
    visitor: Any
    means: HandedOut

    async def sign_in(self, steps: int = 0, suite: str = "", **changed: str) -> httpx.Response:
        typed = {
            "login": self.means.login, "password": self.means.password, "code": code(self.means.secret, steps),
        } | changed  # fmt: skip
        page = f"/gestion/connexion?suite={suite}" if suite else "/gestion/connexion"
        return await self.visitor.fill("/gestion/connexion", page=page, **typed)

    async def choose(self, password: str = OWN_PASSWORD, confirmation: str | None = None) -> httpx.Response:
        given = {"password": password, "password_confirmation": password if confirmation is None else confirmation}
        return await self.visitor.fill("/gestion/mot-de-passe", **given)

    async def check(self, **headers: str) -> httpx.Response:
        """What the gateway asks."""
        return await self.visitor.get("/internal/session?audience=desk", **headers)

    def elsewhere(self) -> "Someone":
        """The same person at another browser."""
        return replace(self, visitor=self.world.visitor())

    async def account(self) -> StaffAccount:
        (found,) = [one for one in await self.world.rows(StaffAccount) if one.login == self.means.login]
        return found


async def hire(
    world: Any, login: str = "zoe.lefevre@mutuelle.exemple", role: Role = Role.CONSEILLER, name: str = "Zoé Lefèvre"
) -> Someone:
    """Somebody new, with what the command line printed in hand."""
    async with world.database.unit_of_work() as work:
        means = await accounts.add(work, world.parts.staff, login, name, role, done_by="tests")
    return Someone(world, world.visitor(), means)


async def at_work(world: Any, **given: Any) -> Someone:
    """Somebody who has chosen a password, and is signed in with a code of the step before this one."""
    new = await hire(world, **given)
    assert (await new.sign_in(-1)).status_code == 303
    assert (await new.choose()).status_code == 303
    return replace(new, means=replace(new.means, password=OWN_PASSWORD))
