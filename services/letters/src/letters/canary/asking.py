"""Asks for the day's canary letter, once, whoever of the replicas comes first."""

from typing import Any
from uuid import uuid4

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from sqlalchemy.dialects.postgresql import insert

from letters.address_block import AddressRefusedError, address_block
from letters.canary.kind import CANARY, NOBODY, request_of
from letters.erasing import NOBODYS_BIRTH
from letters.models import Letter, LetterState
from shared.contracts.paris import day_in_paris
from shared.contracts.postal_zone import PostalZone, postal_zone
from shared.contracts.working_days import WorkingDays
from shared.database.engine import Database

SECONDS = 300.0


class CanaryAddress:
    """Whose letterbox it is, in France: a name, and the lines below it, written ``name|line|…|postcode town``."""

    # not a dataclass: pydantic-settings would read those as JSON
    def __init__(self, name: str, lines: tuple[str, ...]) -> None:
        self.name = name
        self.lines = lines

    @property
    def zone(self) -> str:
        """The postal zone of its last line."""
        return postal_zone(self.lines[-1][:5]).value

    @classmethod
    def parse(cls, text: str) -> "CanaryAddress":
        """Read from a setting.

        Raises:
            ValueError: the letter could not be addressed to it.
        """
        name, *lines = (part.strip() for part in text.split("|"))
        address = cls(name, tuple(filter(None, lines)))
        try:
            address_block("", "", name, address.lines, PostalZone(postal_zone((lines or [""])[-1][:5])))
        except AddressRefusedError as error:
            raise ValueError(
                f"written name|line|…|postcode town; the letter could not be addressed: {error.code}"
            ) from None
        return address

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            lambda value: value if isinstance(value, cls) else cls.parse(str(value))
        )


async def ask(database: Database, address: CanaryAddress, days: WorkingDays) -> bool:
    """Make today's letter wait for a batch, on days that are worked. Returns False: nothing is left to do at once."""
    async with database.unit_of_work() as work:
        today = day_in_paris(work.now)
        if not days.is_worked(today):
            return False
        letter = {
            "id": uuid4(), "request_id": request_of(today), "person_id": NOBODY, "civility": "", "given_name": "",
            "family_name": address.name, "email": "", "birth_date": NOBODYS_BIRTH, "number_fingerprints": [],
            "address_lines": list(address.lines), "postal_zone": address.zone, "requested_at": work.now, "purpose": CANARY,
            "state": LetterState.WAITING.value, "reason": "", "waiting_since": work.now,
        }  # fmt: skip
        await work.session.execute(insert(Letter).values(letter).on_conflict_do_nothing(index_elements=["request_id"]))
    return False
