"""Who to try the site with: read from the demonstration's register, so that it never tells of someone who is not there."""

import csv
from pathlib import Path


def lines(register: Path, most: int = 4) -> list[str]:
    """Return one line for each of the first people of the register; none when there is no register."""
    if not register.exists():
        return []
    with register.open(encoding="utf-8-sig", newline="") as file:
        people = [row for _, row in zip(range(most), csv.DictReader(file, delimiter=";"), strict=False)]
    return [f"{_number(one)}, {one['family_name']}, né(e) le {one['birth_date']}, {one['postcode']}" for one in people]


def _number(person: dict[str, str]) -> str:
    if person["member_number"]:
        return f"adhérent {person['member_number']}"
    return f"simplement assuré du centre 602, {person['nir']}"
