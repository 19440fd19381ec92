"""The register's rows written to the tables: upsert by reference, numbers replaced by their fingerprints."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from registration.models import Person, PersonNumber
from registration.register_row import RegisterRow
from shared.contracts.person_id import person_id
from shared.contracts.postal_zone import postal_zone
from shared.database.unit_of_work import UnitOfWork
from shared.imports.row import Refusal
from shared.imports.run import Import, Line
from shared.security.fingerprints import fingerprint
from shared.security.key_ring import KeyRing


class RegisterStore:
    """Stores batches of the register. Importing again under a new current key renews every fingerprint."""

    def __init__(self, fingerprint_keys: KeyRing) -> None:
        self._keys = fingerprint_keys

    async def __call__(self, work: UnitOfWork, lines: Sequence[Line[RegisterRow]]) -> Sequence[Refusal]:
        """Write a batch; no line is refused here."""
        # one order for all, so that two imports at once can't lock each other out
        rows = sorted(((person_id(line.row.reference), line.row) for line in lines), key=lambda pair: pair[0])
        people = insert(Person)
        kept = {name: people.excluded[name] for name in Person.model_fields if name not in {"id", "reference"}}
        await work.session.execute(
            people.on_conflict_do_update(index_elements=["id"], set_=kept),
            [_person(key, row) | {"imported_at": work.now} for key, row in rows],
        )
        keys = [key for key, _ in rows]
        await work.session.execute(delete(PersonNumber).where(PersonNumber.person_id.in_(keys)))  # type: ignore[attr-defined]
        numbers = [number for key, row in rows for number in self._numbers(key, row)]
        await work.session.execute(insert(PersonNumber), numbers)
        return ()

    def _numbers(self, key: UUID, row: RegisterRow) -> list[dict[str, object]]:
        return [
            {"person_id": key, "kind": number.partition(":")[0], "fingerprint": fingerprint(self._keys, number)}
            for number in (row.member_number, row.nir)
            if number
        ]


def _person(key: UUID, row: RegisterRow) -> dict[str, Any]:
    same = row.model_dump(
        include={"reference", "civility", "given_name", "family_name", "birth_name", "birth_date", "postcode"}
    )
    zone = postal_zone(row.postcode, row.country)
    return same | {"id": key, "address_lines": list(row.address), "postal_zone": zone.value}


def register_import(fingerprint_keys: KeyRing) -> Import[RegisterRow]:
    """The import of the register; a reference that comes twice keeps its last line."""
    return Import(RegisterRow, key=lambda row: row.reference, store=RegisterStore(fingerprint_keys))
