"""Who of the register somebody is, by number and what they say of themselves."""

from dataclasses import dataclass

from registration import register
from registration.identity_match import Claim, find_person
from registration.models import Person
from registration.number_limit import NumberLimit
from shared.database.unit_of_work import UnitOfWork
from shared.security.fingerprints import fingerprints
from shared.security.key_ring import KeyRing


@dataclass(frozen=True)
class Checked:
    """``person``: the one who matches. ``tried_often``: more than the limit lets somebody try; then nothing that comes of it
    may be told to whoever asks, at no address of theirs."""

    person: Person | None
    tried_often: bool


class IdentityCheck:
    """One for all forms, so that what is tried at one counts at the others."""

    def __init__(self, keys: KeyRing, number_limit: NumberLimit) -> None:
        self.keys = keys
        self._limit = number_limit

    async def look(self, work: UnitOfWork, number: str, claim: Claim) -> Checked:
        """Count, then compare; the same statements in every case."""
        has_room = await self._limit.has_room(work, number)
        found = find_person(claim, await register.people_with_number(work, fingerprints(self.keys, number)))
        return Checked(found, not has_room)
