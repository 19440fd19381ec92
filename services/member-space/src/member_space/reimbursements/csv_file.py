"""Reimbursements as a CSV that a spreadsheet in France opens."""

import codecs
import csv
from collections.abc import AsyncIterator, Sequence
from typing import IO, Any

from sqlalchemy import Row

from member_space.reimbursements.kinds import KINDS
from member_space.spool import new_spool

COLUMNS = (
    "Décompte", "Ligne", "Date des soins", "Bénéficiaire", "Nature", "Soin", "Dépense", "Base de remboursement",
    "Part de la sécurité sociale", "Part de la mutuelle", "Reste à payer", "Versé à", "Date du versement",
)  # fmt: skip
PAYEES = {"person": "assuré", "professional": "professionnel de santé"}


async def write_csv(lines: AsyncIterator[Row[Any]]) -> IO[bytes]:
    """Rows with the names of ``Reimbursement``: UTF-8 with its mark, « ; », decimal commas, as French spreadsheets expect."""
    file = new_spool()
    writer = csv.writer(codecs.getwriter("utf-8-sig")(file), delimiter=";")
    writer.writerow(COLUMNS)
    async for line in lines:
        writer.writerow(_cells(line))
    return file


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
