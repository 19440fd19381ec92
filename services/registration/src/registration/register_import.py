"""The register's rows written to the tables: upsert by reference, numbers replaced by their fingerprints.

A row that says already what the line says is not written again: a full export every night makes nothing to vacuum.
Nor does an export that says the same address as before take back one that the desk has accepted meanwhile.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, or_, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from registration.models import Person, PersonNumber
from registration.register_row import RegisterRow
from shared.contracts.person_id import person_id
from shared.contracts.postal_zone import postal_zone
from shared.database.unit_of_work import UnitOfWork
from shared.imports.row import Refusal
from shared.imports.run import Import, Line
from shared.security.fingerprints import fingerprint
from shared.security.key_ring import KeyRing

_ADDRESS = ("address_lines", "postcode", "postal_zone", "imported_at")
"""Kept while the back office says the same address as before."""


class RegisterStore:
    """Stores batches of the register. Importing again under a new current key renews every fingerprint."""

    def __init__(self, fingerprint_keys: KeyRing) -> None:
        self._keys = fingerprint_keys

    async def __call__(self, work: UnitOfWork, lines: Sequence[Line[RegisterRow]]) -> Sequence[Refusal]:
        """Write a batch; no line is refused here."""
        # one order for all, so that two imports at once can't lock each other out
        rows = sorted(((person_id(line.row.reference), line.row) for line in lines), key=lambda pair: pair[0])
        people = insert(Person)
        said = people.excluded
        known = {name: col(getattr(Person, name)) for name in Person.model_fields if name not in {"id", "reference"}}
        again = known["imported_address"] == said.imported_address
        new: dict[str, Any] = {name: said[name] for name in known}
        new |= {name: case((again, known[name]), else_=said[name]) for name in _ADDRESS}
        differs = or_(*(known[name].is_distinct_from(new[name]) for name in known))
        await work.session.execute(
            people.on_conflict_do_update(index_elements=["id"], set_=new, where=differs),
            [_person(key, row) | {"imported_at": work.now} for key, row in rows],
        )
        await self._store_numbers(work, rows)
        return ()

    async def _store_numbers(self, work: UnitOfWork, rows: Sequence[tuple[UUID, RegisterRow]]) -> None:
        numbers = [number for key, row in rows for number in self._numbers(key, row)]
        named = [(number["person_id"], number["kind"]) for number in numbers]
        theirs = col(PersonNumber.person_id).in_([key for key, _ in rows])
        gone = tuple_(col(PersonNumber.person_id), col(PersonNumber.kind)).not_in(named)
        await work.session.execute(delete(PersonNumber).where(theirs, gone))
        upsert = insert(PersonNumber)
        new = upsert.excluded.fingerprint
        await work.session.execute(
            upsert.on_conflict_do_update(
                index_elements=["person_id", "kind"],
                set_={"fingerprint": new},
                where=col(PersonNumber.fingerprint).is_distinct_from(new),
            ),
            numbers,
        )

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
    lines = list(row.address)
    return same | {"id": key, "address_lines": lines, "imported_address": lines, "postal_zone": zone.value}


def register_import(fingerprint_keys: KeyRing) -> Import[RegisterRow]:
    """The import of the register; a reference that comes twice keeps its last line."""
    return Import(RegisterRow, key=lambda row: row.reference, store=RegisterStore(fingerprint_keys))
