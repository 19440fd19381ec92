"""Enough people for every journey: a person gets one letter a day, so each journey needs its own."""

import csv
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from shutil import copytree

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
    register = target / "register.csv"
    with register.open(encoding="utf-8-sig", newline="") as file:
        columns = csv.DictReader(file, delimiter=";").fieldnames or []
    with register.open("a", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, columns, delimiter=";", restval="")
        for number, name in enumerate(NAMES):
            rows.writerow({
                "reference": f"TEST-{number:04}", "member_number": str(200_000 + number),
                "civility": "M." if number % 2 else "Mme",
                "family_name": name, "given_name": "Camille", "birth_date": "1971-05-20",
                "address_line_1": f"{number + 1} RUE DES ESSAIS", "postcode": "35000", "town": "RENNES", "country": "FR",
            })  # fmt: skip
    return target


def people() -> Iterator[Person]:
    """One after the other; there is an end."""
    for number, name in zip(count(200_000), NAMES, strict=False):
        civility = "M." if number % 2 else "Mme"
        yield Person("adherent", str(number), civility, name, ("20", "5", "1971"), "35000")
