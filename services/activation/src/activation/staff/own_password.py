"""One's own password in the place of the provisional one: the same rules as members' (``password_rules.py``)."""

import asyncio
from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import col

from activation.parts import Parts
from activation.password_rules import Person, password_problem
from activation.staff import sessions
from activation.staff.journal import Kind, note
from activation.staff.models import StaffAccount

SAME = "Choisissez un autre mot de passe que le provisoire"


@dataclass(frozen=True)
class Chosen:
    """The token of the session that goes on; all others are ended."""

    session: str


@dataclass(frozen=True)
class Refused:
    """Why, in French."""

    message: str


async def choose(parts: Parts, account: StaffAccount, password: str) -> Chosen | Refused | None:
    """Take it; None when the account was changed meanwhile: whoever did that signs in anew."""
    known = Person(email=account.login, names=(account.name,))
    problem = await asyncio.to_thread(password_problem, password, known)
    if problem is not None:
        return Refused(problem)
    if await parts.staff.passwords.verify(account.password_hash, password):
        return Refused(SAME)
    hashed = await parts.staff.passwords.hash(password)
    async with parts.database.unit_of_work() as work:
        changed = await work.session.execute(
            update(StaffAccount)
            .where(
                col(StaffAccount.id) == account.id,
                col(StaffAccount.password_hash) == account.password_hash,
                col(StaffAccount.must_change_password),
                col(StaffAccount.disabled_at).is_(None),
            )
            .values(password_hash=hashed, must_change_password=False)
            .returning(col(StaffAccount.id))
        )
        if changed.first() is None:
            return None
        await sessions.end_all(work, account.id)
        note(work, Kind.PASSWORD_CHOSEN, account.id)
        return Chosen(await sessions.start(work, account.id, ""))
