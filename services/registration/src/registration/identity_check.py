"""Who of the register somebody is, by number and what they say of themselves."""

from registration import register
from registration.identity_match import Claim, find_person
from registration.models import Person
from registration.number_limit import NumberLimit
from shared.database.unit_of_work import UnitOfWork
from shared.security.fingerprints import fingerprints
from shared.security.key_ring import KeyRing


class IdentityCheck:
    """One for all forms, so that what is tried at one counts at the others."""

    def __init__(self, keys: KeyRing, number_limit: NumberLimit) -> None:
        self.keys = keys
        self._limit = number_limit

    async def person(self, work: UnitOfWork, number: str, claim: Claim) -> Person | None:
        """The one who matches, unless that number was asked for too often; the same statements in every case."""
        has_room = await self._limit.has_room(work, number)
        found = find_person(claim, await register.people_with_number(work, fingerprints(self.keys, number)))
        return found if has_room else None
