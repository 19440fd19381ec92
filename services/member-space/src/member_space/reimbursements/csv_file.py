"""Reimbursements as a CSV that a spreadsheet in France opens."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row

from member_space.reimbursements.kinds import KINDS

COLUMNS = (
    "Décompte", "Ligne", "Date des soins", "Bénéficiaire", "Nature", "Soin", "Dépense", "Base de remboursement",
    "Part de la sécurité sociale", "Part de la mutuelle", "Reste à payer", "Versé à", "Date du versement",
)  # fmt: skip
PAYEES = {"person": "assuré", "professional": "professionnel de santé"}


def write_csv(lines: Iterable[Row[Any]]) -> bytes:
    """Rows with the names of ``Reimbursement``: UTF-8 with its mark, « ; », decimal commas, as French spreadsheets expect."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(COLUMNS)
    writer.writerows(_cells(line) for line in lines)
    return text.getvalue().encode("utf-8-sig")


def _cells(line: Row[Any]) -> Sequence[str]:
    amounts = (line.spent, line.base, line.social_security_share, line.mutual_share, line.rest_to_pay)
    return (
        line.statement, line.number, f"{line.care_date:%d/%m/%Y}", harmless(line.beneficiary),
        KINDS.get(line.kind, ""), harmless(line.act), *(f"{amount // 100},{amount % 100:02d}" for amount in amounts),
        PAYEES[line.payee], f"{line.paid_on:%d/%m/%Y}",
    )  # fmt: skip


def harmless(text: str) -> str:
    """A cell that a spreadsheet would run as a formula gets an apostrophe before it (OWASP, *CSV injection*)."""
    return f"'{text}" if text[:1] in "=+-@\t\r" and text else text
