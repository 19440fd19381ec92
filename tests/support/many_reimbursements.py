"""A file of reimbursements as long as one likes, every line of which passes the checks and is within its term."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

HEADER = (
    "reference;number;statement;care_date;beneficiary;act;kind;"
    "spent;base;social_security_share;mutual_share;rest_to_pay;payee;paid_on"
)
ACTS = {
    "Consultation de généraliste": ("consultation", 3000),
    "Consultation de spécialiste": ("consultation", 6050),
    "Médicaments remboursés à 65 %": ("pharmacie", 2340),
    "Analyses de laboratoire": ("analyse", 4120),
    "Séance de kinésithérapie": ("paramedical", 1861),
    "Couronne dentaire, 100 % santé": ("dentaire", 50000),
    "Lunettes, verres complexes": ("optique", 48000),
    "Séjour à l’hôpital": ("hospitalisation", 128450),
}
"""Act → its kind and what it costs, in cents, more or less."""
LINES_OF_A_PERSON = 40
DAYS = 4 * 365


def write(path: Path, lines: int, seed: int = 602) -> None:
    """``lines`` lines of ``lines // LINES_OF_A_PERSON + 1`` persons over the last ``DAYS``; the same for one seed and day."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER + "\n")
        file.writelines(f"{line}\n" for line in rows(lines, random.Random(seed)))


def rows(count: int, chance: random.Random) -> Iterator[str]:
    """Lines in the order of payment, of all persons mixed, as a back office exports them."""
    acts, first = list(ACTS.items()), datetime.now(UTC).date() - timedelta(days=DAYS)
    for number in range(count):
        act, (kind, price) = chance.choice(acts)
        spent = price + chance.randrange(price // 10)
        base = spent * 7 // 10
        social = base * 7 // 10
        mutual = chance.randrange(spent - social + 1)
        paid = first + timedelta(days=number * DAYS // count)
        care = paid - timedelta(days=chance.randrange(3, 20))
        person = chance.randrange(count // LINES_OF_A_PERSON + 1)
        amounts = ";".join(map(_euros, (spent, base, social, mutual, spent - social - mutual)))
        payee = chance.choice(("person", "professional"))
        yield (
            f"BENCH-{person:06};BENCH-R-{number:08};BENCH-D-{number // 2:08};{care:%d/%m/%Y};Camille;{act};{kind};"
            f"{amounts};{payee};{paid:%d/%m/%Y}"
        )


def _euros(cents: int) -> str:
    return f"{cents // 100},{cents % 100:02}"
