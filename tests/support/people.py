"""Enough people for every journey: a person gets one letter a day, so each journey needs its own."""

import csv
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from shutil import copytree
from typing import TextIO

from launcher.places import ROOT
from launcher.story import Person

DEMONSTRATION = ROOT / "deploy" / "local" / "demonstration"
NAMES = """
    Abadie Barbier Carpentier Delattre Echard Fontaine Guillot Hamelin Imbert Jourdan Kerouac Lemoine Marchand Nadaud
    Ollivier Perrault Quentin Rousset Sabatier Thibault Urbain Vasseur Wagner Xavier Yvon Zimmer Aubert Bonnefoy Chauvin
    Ducrocq Etienne Ferrand Gosselin Huet Isnard Jacquet Klein Lacroix Maillard Navarro Oudin Poirier Querel Renault
    Schmitt Tessier Weber Astier Besnard Coulon Dufour Esnault Fabre Gaillard Herve Jolivet Laporte Mallet Pichon Rigaud
    Simonet Toussaint Verdier Allard Bigot Camus Descamps Evrard Fleury Grondin Hubert Joubert Leclercq Masson Pasquier
    Remy Seguin Tanguy Valette Alexandre Bouvier Charpentier Delmas Foucher Humbert Lamy Monnier Picard Raynaud Salmon
    Tournier Vallet Arnaud Blanchard Duhamel Fournier Gilbert Hoarau Lebrun Mercier Payet Rolland Sanchez Turpin Vincent
""".split()  # noqa: SIM905 (a hundred names read better so)
"""None is part of another: a letter is recognised by its name."""


def write_demonstration(folder: Path) -> Path:
    """The demonstration's files, with more people in the register."""
    target = copytree(DEMONSTRATION, folder)
    with (target / "register.csv").open("a", encoding="utf-8", newline="") as file:
        _rows(file).writerows(map(_row, people()))
    return target


def write_register(target: Path, people: Iterable[Person]) -> None:
    """A file of the register with these people and nobody else."""
    with target.open("w", encoding="utf-8", newline="") as file:
        rows = _rows(file)
        rows.writeheader()
        rows.writerows(map(_row, people))


def people() -> Iterator[Person]:
    """One after the other; there is an end."""
    for number, name in zip(count(200_000), NAMES, strict=False):
        civility = "M." if number % 2 else "Mme"
        yield Person("adherent", str(number), civility, name, ("20", "5", "1971"), "35000")


def _rows(file: TextIO) -> "csv.DictWriter[str]":
    with (DEMONSTRATION / "register.csv").open(encoding="utf-8-sig", newline="") as known:
        columns = csv.DictReader(known, delimiter=";").fieldnames or []
    return csv.DictWriter(file, columns, delimiter=";", restval="")


def _row(person: Person) -> dict[str, str]:
    day, month, year = person.birth_date
    return {
        "reference": f"TEST-{person.number}", "member_number": person.number,
        "civility": person.civility, "family_name": person.family_name, "given_name": "Camille",
        "birth_date": f"{int(day):02}/{int(month):02}/{year}",
        "address_line_1": f"{int(person.number) % 1000 + 1} RUE DES ESSAIS", "postcode": person.postcode,
        "town": "RENNES", "country": "FR",
    }  # fmt: skip
